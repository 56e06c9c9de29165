import {
  publicationStatuses,
  transition,
  transitions,
  type PublicationEvent,
  type PublicationStatus,
} from "./publication.ts";

const becomes = ["preparing", "scheduled", "waiting"] as const;

/** Every form of every event: those with a choice in all of their choices. */
export const everyEvent: readonly PublicationEvent[] = [
  { type: "media_ready", due: true },
  { type: "media_ready", due: false },
  ...becomes.map((status) => ({ type: "edited", becomes: status }) as const),
  { type: "started" },
  { type: "held", reason: "backoff" },
  { type: "intent_saved" },
  { type: "accepted_by_platform" },
  { type: "refused", reason: "backoff" },
  { type: "did_not_happen" },
  { type: "published" },
  { type: "permalink_found" },
  { type: "delivered" },
  { type: "failed" },
  { type: "review_needed" },
  { type: "canceled" },
  { type: "resolved_published" },
  { type: "resolved_not_published" },
  ...becomes.map((status) => ({ type: "retried", becomes: status }) as const),
];

/** Where a status may lead, by which events. */
export function exitsOf(status: PublicationStatus): Map<PublicationStatus, Set<string>> {
  const exits = new Map<PublicationStatus, Set<string>>();
  for (const event of everyEvent) {
    const after = transition(status, event);
    if (after.ok) exits.set(after.status, (exits.get(after.status) ?? new Set()).add(event.type));
  }
  return exits;
}

/** The page `docs/states.md`, drawn from the transition table. */
export function statesPage(): string {
  const arrows = publicationStatuses.flatMap((status) =>
    [...exitsOf(status)].map(([next, events]) => `    ${status} --> ${next}: ${[...events].join(", ")}`),
  );
  const ends = publicationStatuses.filter((status) => Object.keys(transitions[status]).length === 0);
  return `# States of a publication

Drawn from the transition table in \`packages/domain/src/publication.ts\` by \`npm run docs\`; a test compares both. What each status means and who moves it on is in [architecture](architecture.md).

\`\`\`mermaid
stateDiagram-v2
    [*] --> preparing
    [*] --> scheduled
    [*] --> waiting
${arrows.join("\n")}
${ends.map((status) => `    ${status} --> [*]`).join("\n")}
\`\`\`

Only three events leave a status that is final: a person's \`retried\` (from \`failed\`), the platform's \`published\` (from \`delivered\`) and \`permalink_found\`, which adds an address and changes nothing.
`;
}
