/** What identity needs of the database: Prisma's bare client, whose login role owns better-auth's tables. */
export interface IdentityDatabase {
  readonly prisma: PrismaLike & {
    $transaction<T>(work: (tx: PrismaLike) => Promise<T>): Promise<T>;
  };
  ping(): Promise<void>;
}

/** The client or a transaction of it. */
export interface PrismaLike {
  $queryRaw<T>(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<T>;
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>;
}
