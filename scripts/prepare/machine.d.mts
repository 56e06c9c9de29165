export function machineProblem(platform: string, nodeVersion: string): string | null;
