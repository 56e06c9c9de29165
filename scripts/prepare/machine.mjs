/** Why this machine cannot run Reelay, in one sentence, or null. */
export function machineProblem(platform, nodeVersion) {
  if (platform === "win32")
    return "Reelay needs Linux or macOS: on Windows, run it inside WSL2 (`wsl --install`, then clone and `npm start` there).";
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return null;
  return `Reelay needs Node 20.19 or newer, and this is ${nodeVersion}: install a newer one from https://nodejs.org and run the command again.`;
}
