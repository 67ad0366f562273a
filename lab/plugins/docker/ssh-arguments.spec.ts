import { sshArguments } from './ssh-arguments';

describe('sshArguments', () => {
  it("puts the options before the host, and adds the two that Docker's CLI adds", () => {
    expect(sshArguments('ssh://root@192.168.1.11:2222', ['-i', '/key'])).toEqual([
      ...['-l', 'root', '-p', '2222', '-i', '/key', '-o', 'ConnectTimeout=30', '-T', '--', '192.168.1.11'],
      'docker system dial-stdio',
    ]);
  });

  it('leaves the timeout to the options that set one', () => {
    expect(sshArguments('ssh://pi1', ['-o', 'ConnectTimeout=5', '-T'])).toEqual([
      ...['-o', 'ConnectTimeout=5', '-T', '--', 'pi1'],
      'docker system dial-stdio',
    ]);
  });

  it('takes an IPv6 address out of its brackets, and a path for the socket on the other machine', () => {
    expect(sshArguments('ssh://[fd00::1]/run/docker.sock', []).slice(-2)).toEqual([
      'fd00::1',
      'docker --host=unix:///run/docker.sock system dial-stdio',
    ]);
  });

  it('refuses a password, which would stand in the state', () => {
    expect(() => sshArguments('ssh://root:secret@pi1', [])).toThrow('plain-text password is not supported');
  });
});
