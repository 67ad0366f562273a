import { hasNotStarted, runsToStay } from './candidate-tasks';
import type { SwarmTask } from './swarm-state';

describe('a task that failed', () => {
  const task = (state: string, changedAt: string, exitCode?: number): SwarmTask => ({
    id: 't1',
    nodeId: 'n1',
    state,
    desiredState: 'shutdown',
    createdAt: '2026-11-21T17:00:00.123456789Z',
    changedAt,
    containerId: '',
    ...(exitCode !== undefined && { exitCode }),
    image: '',
    containerSpec: '',
    message: '',
  });

  it('had started when Docker found it dead after some time, as with the power of its machine', () => {
    expect(hasNotStarted(task('failed', '2026-11-21T17:00:20Z', 255))).toBe(false);
    expect(hasNotStarted(task('failed', '2026-11-21T17:00:02Z', 255))).toBe(true);
    expect(hasNotStarted(task('failed', '2026-11-21T17:00:20Z', 1))).toBe(true);
  });

  it('has not started when it was over within a minute', () => {
    expect(hasNotStarted(task('failed', '2026-11-21T17:00:01.5Z'))).toBe(true);
    expect(hasNotStarted(task('rejected', '2026-11-21T17:00:59Z'))).toBe(true);
  });

  it('had started when it ended later, as with the power of its machine', () => {
    expect(hasNotStarted(task('failed', '2026-11-21T18:00:00Z'))).toBe(false);
  });

  it('is none while it runs', () => {
    expect(hasNotStarted(task('running', '2026-11-21T17:00:01Z'))).toBe(false);
  });
});

describe('a task that runs', () => {
  it('is to stay when Swarm wants it to run', () => {
    expect(runsToStay({ state: 'running', desiredState: 'running' })).toBe(true);
  });

  it('is one from before the machine was away, and ends, when Swarm wants it to stop', () => {
    expect(runsToStay({ state: 'running', desiredState: 'shutdown' })).toBe(false);
  });

  it('is none while it starts, or where there is none', () => {
    expect(runsToStay({ state: 'starting', desiredState: 'running' })).toBe(false);
    expect(runsToStay(undefined)).toBe(false);
  });
});
