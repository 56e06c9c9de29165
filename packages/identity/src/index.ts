export { createOperatorDoor, type OperatorDoor, type SignInAnswer, type Visitor } from "./operator-door.ts";
export { createIdentity, type Identity, type IdentityOptions } from "./create-identity.ts";
export type { FirstLogin, FirstLoginWish } from "./bootstrap.ts";
export type { IdentityDatabase } from "./identity-database.ts";
export type { KeyPrincipal, Principal, UserPrincipal } from "./principal.ts";
