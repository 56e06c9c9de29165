declare module "cli-progress" {
  export interface SingleBar {
    update(value: number, payload?: Record<string, unknown>): void;
    stop(): void;
  }
  export class MultiBar {
    constructor(options: Record<string, unknown>);
    create(total: number, startValue: number, payload?: Record<string, unknown>): SingleBar;
    stop(): void;
  }
  const progress: { MultiBar: typeof MultiBar };
  export default progress;
}
