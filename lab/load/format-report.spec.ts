import { formatReport } from './format-report';
import type { LoadReport } from './load-report';

const report: LoadReport = {
  requests: 20412,
  lost: 0,
  wrong: 0,
  reopened: 36,
  byVersion: { '1.0.0': 10200, '1.1.0-rc.1': 10212 },
  byTarget: {
    pi1: { requests: 10000, lost: 0, wrong: 0, longestGap: 11.6 },
    'pi2-attic': { requests: 10412, lost: 0, wrong: 0, longestGap: 1204 },
  },
  lostByText: {},
  failures: [],
  p50: 1.24,
  p99: 6.06,
  max: 48,
  startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  endedAt: Date.UTC(2026, 0, 2, 3, 4, 35),
};

describe('formatReport', () => {
  it('is a short table', () => {
    expect(formatReport(report)).toBe(`\
20,412 requests in 30.0 s (680/s): 0 lost, 0 wrong; 36 kept-alive connections reopened
latency: p50 1.2 ms, p99 6.1 ms, longest 48.0 ms
  version     answers
  1.0.0        10,200
  1.1.0-rc.1   10,212
  target     requests  lost  wrong  longest gap
  pi1          10,000     0      0        12 ms
  pi2-attic    10,412     0      0     1,204 ms`);
  });

  it('lists failures, and says when there are more', () => {
    const time = report.startedAt + 123;
    const failures: LoadReport['failures'] = [
      { time, target: 'pi1', connection: 'kept-alive', kind: 'lost', text: 'status 503' },
      { time, target: 'pi1', connection: 'fresh', kind: 'wrong', text: 'version 0.9.0' },
    ];
    const lostByText = { 'status 503': 2 };
    const lines = (lost: number, wrong: number) =>
      formatReport({ ...report, lost, wrong, failures, lostByText })
        .split('\n')
        .slice(8);
    expect(lines(1, 1)).toEqual([
      'failures:',
      '  03:04:05.123  pi1  kept-alive  lost: status 503',
      '  03:04:05.123  pi1  fresh  wrong: version 0.9.0',
    ]);
    expect(lines(2, 1)).toEqual([
      'the first 2 failures:',
      ...lines(1, 1).slice(1),
      'all that were lost:',
      '  2  status 503',
    ]);
  });

  it('leaves out the versions when there was no answer', () => {
    expect(
      formatReport({ ...report, byVersion: {}, endedAt: report.startedAt })
        .split('\n')
        .slice(0, 3),
    ).toEqual([
      '20,412 requests in 0.0 s (0/s): 0 lost, 0 wrong; 36 kept-alive connections reopened',
      'latency: p50 1.2 ms, p99 6.1 ms, longest 48.0 ms',
      '  target     requests  lost  wrong  longest gap',
    ]);
  });
});
