import type { PostView } from "@reelay/contract";
import { readPost, type Tx } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { Language } from "../middleware/language.ts";
import { postViews } from "./post-view.ts";

/** One post with its publications; throws `not_found`. */
export async function getPost(tx: Tx, postId: string, language: Language): Promise<PostView> {
  const post = await readPost(tx, postId);
  const [view] = post ? await postViews(tx, [post], language) : [];
  if (!view) throw new Failure("not_found");
  return view;
}
