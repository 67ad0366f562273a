import type { EngineEvent } from '@pulumi/pulumi/automation';

/** What the engine tells while it works, as lines for a person. */
export interface EngineProgress {
  take: (event: EngineEvent) => void;
  /** What it said under the severity "error", in order and without repetition. */
  errors: string[];
}

/** Operations that change nothing. */
const quiet = new Set(['same', 'read', 'refresh']);

/**
 * One line for each resource that was changed, and what our steps (drain, gate, switchover) and the program have to say.
 * Passing remarks that come again and again are said once.
 */
export function engineProgress(log: (line: string) => void): EngineProgress {
  const errors: string[] = [];
  const said = new Set<string>();
  const say = (line: string) => {
    if (line.trim() === '' || said.has(line)) return;
    said.add(line);
    log(line);
  };
  const failed = new Set<string>();
  const take = ({ diagnosticEvent, resOutputsEvent, policyEvent }: EngineEvent) => {
    if (diagnosticEvent) {
      const { severity, urn } = diagnosticEvent;
      const text = plain(diagnosticEvent.message).trim();
      if (severity === 'error') {
        const reason = ownWords(text);
        if (!isSummary(reason) && !errors.includes(reason)) errors.push(reason);
      } else if (severity.startsWith('info') || severity === 'warning')
        for (const line of text.split('\n')) {
          // The rest is the reason of a failure, which comes once more as an error.
          if (line.startsWith(errorPrefix)) failed.add(urn ?? '');
          if (!failed.has(urn ?? '')) say(urn ? `${nameOf(urn)}: ${line}` : line);
        }
    }
    if (resOutputsEvent) {
      const { op, urn, type } = resOutputsEvent.metadata;
      if (!quiet.has(op) && !type.startsWith('evenkeel:') && !type.startsWith('pulumi:'))
        say(`${nameOf(urn)}: ${past(op)}`);
    }
    if (policyEvent?.enforcementLevel === 'mandatory') {
      const text = `${policyEvent.policyName}: ${plain(policyEvent.message).trim()}`;
      if (!errors.includes(text)) errors.push(text);
    }
  };
  return { take, errors };
}

/** How our own steps begin the reason why they fail (cli/report-error.ts). */
const errorPrefix = 'evenkeel: ';

/** Of a step's failure, which has all that the step ever said, the reason alone. */
function ownWords(text: string): string {
  const start = text.split('\n').findIndex((line) => line.startsWith(errorPrefix));
  if (start < 0 || !text.includes('running "./evenkeel ')) return text;
  return text.split('\n').slice(start).join('\n').slice(errorPrefix.length);
}

/** The engine's last word on a failed run says nothing that was not said before. */
function isSummary(text: string): boolean {
  return /^(update|preview) failed$/.test(text);
}

/** The resource's own name, which a URN has at its end. */
function nameOf(urn: string): string {
  const name = urn.split('::').at(-1) ?? urn;
  return urn.includes('pulumi:pulumi:Stack') ? 'site' : name;
}

/** Without the engine's colour marks (`<{%fg 1%}>`). */
function plain(text: string): string {
  return text.replaceAll(/<\{%.*?%\}>/g, '');
}

function past(op: string): string {
  const words: Record<string, string> = { create: 'created', update: 'updated', delete: 'deleted' };
  return words[op] ?? op;
}
