import express, { type Request, type Router } from "express";
import { isSignedNow } from "../cover-address.ts";
import { coverPicture } from "../cover-picture.ts";
import type { World } from "../world.ts";

/** The pictures behind `cover_image_url`: 403 once their address has run out. */
export function coverRoutes(world: World): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.get("/cover/:name", (request, response) => {
    const query = { expires: text(request, "x-expires"), signature: text(request, "x-signature") };
    const [id = "", version = ""] = request.params.name.replace(/\.jpeg$/, "").split("-");
    const video = world.videos.find(id);
    const found = isSignedNow(world, request.path, query) && video?.coverVersion === Number(version);
    const httpStatus = found ? 200 : 403;
    world.record({ endpoint: "cover", openId: video?.openId ?? null, httpStatus, code: null, dropped: false });
    if (found) response.type("image/jpeg").send(coverPicture(`${id}-${version}`));
    else response.status(403).type("text").send("Access Denied");
  });
  return router;
}

function text(request: Request, name: string): string {
  const value = request.query[name];
  return typeof value === "string" ? value : "";
}
