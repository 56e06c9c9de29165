import type { Random } from "./random.ts";
import type { SimPost } from "./world-types.ts";

/** A video on a creator's profile. Figures that are null are left out of the answers: the platform does not know them. */
export interface SimVideo {
  /** 19 digits, above 2^53. */
  readonly id: string;
  readonly openId: string;
  readonly createdAtMs: number;
  description: string;
  durationSec: number;
  likes: number | null;
  comments: number | null;
  shares: number | null;
  /** Digits: an int64 may be larger than a number can say. */
  views: string | null;
  isPublic: boolean;
  /** Raised when the cover is another picture, which then has another address. */
  coverVersion: number;
}

export interface VideoSeed {
  readonly count: number;
  /** Of the newest one; the others lie before it. */
  readonly newestAtMs: number;
  readonly everyMs: number;
}

/** What stands on the creators' profiles: seeded by tests, and what was posted through the simulator itself. */
export class Videos {
  readonly #byCreator = new Map<string, SimVideo[]>();
  readonly #byId = new Map<string, SimVideo>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  add(video: Partial<SimVideo> & Pick<SimVideo, "openId" | "createdAtMs">): SimVideo {
    const added: SimVideo = {
      id: `7${this.#random.digits(18)}`,
      description: "",
      durationSec: 15,
      likes: 0,
      comments: 0,
      shares: 0,
      views: "0",
      isPublic: true,
      coverVersion: 1,
      ...video,
    };
    const own = this.#byCreator.get(added.openId) ?? [];
    own.push(added);
    own.sort((one, other) => other.createdAtMs - one.createdAtMs);
    this.#byCreator.set(added.openId, own);
    this.#byId.set(added.id, added);
    return added;
  }

  /** `count` videos with figures of their own. */
  seed(openId: string, { count, newestAtMs, everyMs }: VideoSeed): SimVideo[] {
    return Array.from({ length: count }, (_, at) => {
      const figure = (digits: number) => Number(this.#random.digits(digits));
      return this.add({
        openId,
        createdAtMs: newestAtMs - at * everyMs,
        description: `Video ${count - at} #seed`,
        likes: figure(4),
        comments: figure(2),
        shares: figure(3),
        views: this.#random.digits(6),
      });
    });
  }

  /** What was posted and is on the profile now appears among the others. */
  adopt(posts: readonly SimPost[], openId: string): void {
    for (const post of posts) {
      if (post.openId !== openId || post.status !== "posted" || post.postId === null) continue;
      if (this.#byId.has(post.postId)) continue;
      const isPublic = post.privacyLevel === "PUBLIC_TO_EVERYONE";
      const { postId: id, title: description, createdAt: createdAtMs } = post;
      this.add({ id, openId, createdAtMs, description, isPublic });
    }
  }

  /** Newest first, hidden ones too. */
  of(openId: string): readonly SimVideo[] {
    return this.#byCreator.get(openId) ?? [];
  }

  all(): SimVideo[] {
    return [...this.#byId.values()];
  }

  find(id: string): SimVideo | undefined {
    return this.#byId.get(id);
  }

  remove(id: string): boolean {
    const video = this.#byId.get(id);
    if (!video) return false;
    this.#byId.delete(id);
    this.#byCreator.set(
      video.openId,
      this.of(video.openId).filter((other) => other !== video),
    );
    return true;
  }
}
