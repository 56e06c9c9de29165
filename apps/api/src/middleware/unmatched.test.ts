import { expect, test } from "@jest/globals";
import { Router } from "express";
import { mountedRoutes } from "./unmatched.ts";

test("the list of routes is what was mounted, method by method", () => {
  const router = Router();
  router.get("/api/things", () => undefined);
  router.post("/api/things", () => undefined);
  router
    .route("/api/things/:id")
    .get(() => undefined)
    .delete(() => undefined);
  router.use((_req, _res, next) => next());
  expect(mountedRoutes([router])).toEqual([
    { method: "GET", path: "/api/things" },
    { method: "POST", path: "/api/things" },
    { method: "GET", path: "/api/things/:id" },
    { method: "DELETE", path: "/api/things/:id" },
  ]);
});
