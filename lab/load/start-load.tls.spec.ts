import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { newCertificate } from '../../test/certificate';
import { cleanUp, every, good, runLoad, serve } from './test-loads';
import { httpAnswer } from './raw-server';

const edges = newCertificate({ names: ['shop.example.com'] });
const fingerprint = new X509Certificate(edges.certificate).fingerprint.replaceAll(':', '');
const tls = { servername: 'shop.example.com', fingerprints: ['00', fingerprint] };

afterEach(cleanUp);

describe('startLoad over TLS', () => {
  it('asks for the name, believes the certificate that it was told of, and keeps its connections', async () => {
    const names = new Set<unknown>();
    const server = await serve((request) => {
      names.add((request.socket as TLSSocket).servername);
      good(request);
    }, edges);
    const report = await runLoad(server, 60, { tls, keepAlive: 2, fresh: 1 });
    expect(report).toMatchObject({ requests: server.requests, lost: 0, wrong: 0, reopened: 0 });
    expect(report.byVersion).toEqual({ '1.0.0': server.requests });
    expect([...names]).toEqual(['shop.example.com']);
    const fresh = await serve(good, edges);
    await runLoad(fresh, 20, { tls, keepAlive: 0, fresh: 2 });
    expect(fresh.connections).toBe(fresh.requests);
  });

  it('opens a kept-alive connection again that was closed while it was idle', async () => {
    const server = await serve(({ socket, onConnection }) => {
      socket.write(httpAnswer('1.0.0'), () => onConnection === 3 && socket.end());
    }, edges);
    const report = await runLoad(server, 12, { tls, keepAlive: 1, rate: 10 });
    expect(report).toMatchObject({ requests: server.requests, lost: 0, reopened: server.connections - 1 });
  });

  it('loses a request whose answer is cut, and one of another status', async () => {
    const cut = await serve(
      every(5, ({ socket }) => socket.end(httpAnswer('1.0.0').slice(0, -1))),
      edges,
    );
    const report = await runLoad(cut, 20, { tls, keepAlive: 1 });
    expect(report.lost).toBe(Math.floor(cut.requests / 5));
    expect(report.failures[0]?.text).toMatch(/^other side closed, after \d+ bytes/);
    const moved = await serve(
      ({ socket }) => socket.write(httpAnswer('', '', '308 Permanent Redirect')),
      edges,
    );
    const { requests, lostByText } = await runLoad(moved, 3, { tls });
    expect(lostByText).toEqual({ 'status 308': requests });
  });

  it('loses all to a server with another certificate, to whom nothing is sent', async () => {
    const server = await serve(good, newCertificate({ names: ['shop.example.com'] }));
    const report = await runLoad(server, 4, { tls });
    expect(server.requests).toBe(0);
    expect(report.lost).toBe(report.requests);
    expect(report.failures[0]?.text).toMatch(/^not connected: another certificate \(serial [0-9A-F]+\)$/);
  });

  it('knows when a connection was opened that never got to an answer', async () => {
    // Without a certificate each handshake fails, over a connection that is there.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const report = await runLoad({ origin: `https://127.0.0.1:${port}` }, 2, { tls });
    silent.close();
    expect(report.failures[0]).toMatchObject({ openedAt: expect.any(Number) as number });
    expect(report.failures[0]?.text).toMatch(/^not connected: /);
  });
});
