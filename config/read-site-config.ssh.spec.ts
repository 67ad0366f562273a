import { itRefuses } from './stack.fixture';

/** The base64 part of pi1's host key in the example. */
const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIPAeuWyyS52WHb8qyQsa+gLAQZLSgnbZ/LPrZCSWMuKL';

describe('readSiteConfig: ssh', () => {
  itRefuses([
    {
      rule: 'no ssh',
      edits: { 'nodes/1/ssh': undefined },
      key: 'evenkeel:nodes[1].ssh',
      value: undefined,
      allowed: 'the keys hostKey, user, port, privateKeyPath and agentSocketPath',
      remedy: 'Add ssh; stacks/Pulumi.example.yaml shows how.',
    },
    {
      rule: 'no host key',
      edits: { 'nodes/1/ssh/hostKey': undefined },
      key: 'evenkeel:nodes[1].ssh.hostKey',
      value: undefined,
      allowed:
        "the host's whole public key, <type> <base64>, of a type among ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa",
      remedy: 'Add hostKey; stacks/Pulumi.example.yaml shows how.',
    },
    {
      rule: 'a host key with a comment',
      edits: { 'nodes/1/ssh/hostKey': `ssh-ed25519 ${KEY} root@pi2` },
      key: 'evenkeel:nodes[1].ssh.hostKey',
      value: `ssh-ed25519 ${KEY} root@pi2`,
      allowed:
        "the host's whole public key, <type> <base64>, of a type among ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa",
      remedy: 'Leave out what follows the first two words.',
    },
    {
      rule: 'a host key of another type than it says',
      edits: { 'nodes/1/ssh/hostKey': `ssh-rsa ${KEY}` },
      key: 'evenkeel:nodes[1].ssh.hostKey',
      value: `ssh-rsa ${KEY}`,
      allowed:
        "the host's whole public key, <type> <base64>, of a type among ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa",
      remedy: 'Copy the first two words of /etc/ssh/ssh_host_ed25519_key.pub on the node itself.',
    },
    {
      rule: 'a host key that was cut off',
      edits: { 'nodes/1/ssh/hostKey': `ssh-ed25519 ${KEY.slice(0, -8)}` },
      key: 'evenkeel:nodes[1].ssh.hostKey',
      value: `ssh-ed25519 ${KEY.slice(0, -8)}`,
      allowed:
        "the host's whole public key, <type> <base64>, of a type among ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa",
      remedy: 'Copy the first two words of /etc/ssh/ssh_host_ed25519_key.pub on the node itself.',
    },
    {
      rule: 'a port above 65535',
      edits: { 'ssh/port': 70000 },
      key: 'evenkeel:ssh.port',
      value: 70000,
      allowed: 'a whole number from 1 to 65535',
      remedy: 'Write for example `22`.',
    },
    {
      rule: 'a port in quotes',
      edits: { 'nodes/0/ssh/port': '22' },
      key: 'evenkeel:nodes[0].ssh.port',
      value: '22',
      allowed: 'a whole number from 1 to 65535',
      remedy: 'Write for example `22`.',
    },
    {
      rule: 'a user that has a host in it',
      edits: { 'ssh/user': 'root@pi1' },
      key: 'evenkeel:ssh.user',
      value: 'root@pi1',
      allowed: "a user's name: letters, digits, '_', '.' and '-', at most 32 characters",
      remedy: 'Write for example `root`.',
    },
    {
      rule: 'the path of the public key',
      edits: { 'ssh/privateKeyPath': '~/.ssh/id_ed25519.pub' },
      key: 'evenkeel:ssh.privateKeyPath',
      value: '~/.ssh/id_ed25519.pub',
      allowed: "a file's path on your own machine, not of a .pub file",
      remedy: 'Write `~/.ssh/id_ed25519`.',
    },
    {
      rule: 'a path with a space at its end',
      edits: { 'ssh/privateKeyPath': '~/.ssh/id_ed25519 ' },
      key: 'evenkeel:ssh.privateKeyPath',
      value: '~/.ssh/id_ed25519 ',
      allowed: "a file's path on your own machine, not of a .pub file",
      remedy: 'Write for example `~/.ssh/id_ed25519`.',
    },
    {
      rule: 'the private key itself, which is not shown',
      edits: { 'ssh/privateKeyPath': '-----BEGIN OPENSSH PRIVATE KEY-----' },
      key: 'evenkeel:ssh.privateKeyPath',
      value: '(a private key, not shown)',
      allowed: "a file's path on your own machine, not of a .pub file",
      remedy: 'Write the path of the file, and make a new key: this one may be in Git already.',
    },
    {
      rule: 'key and agent at the same time',
      edits: { 'ssh/agentSocketPath': '/tmp/agent' },
      key: 'evenkeel:ssh',
      value: { privateKeyPath: '~/.ssh/id_ed25519', agentSocketPath: '/tmp/agent' },
      allowed: 'one of privateKeyPath and agentSocketPath',
      remedy: 'Remove one of the two.',
    },
    {
      rule: 'key and agent of one node at the same time',
      edits: { 'nodes/2/ssh/agentSocketPath': '/tmp/agent', 'nodes/2/ssh/privateKeyPath': '/root/key' },
      key: 'evenkeel:nodes[2].ssh',
      value: { privateKeyPath: '/root/key', agentSocketPath: '/tmp/agent' },
      allowed: 'one of privateKeyPath and agentSocketPath',
      remedy: 'Remove one of the two.',
    },
    {
      rule: 'neither key nor agent',
      edits: { ssh: undefined, 'nodes/0/ssh/agentSocketPath': '/tmp/agent' },
      key: 'evenkeel:ssh.privateKeyPath',
      value: undefined,
      allowed:
        'one of privateKeyPath and agentSocketPath, here or in the ssh of each node (missing for pi2, pi3)',
      remedy: 'Add `privateKeyPath: ~/.ssh/id_ed25519`, with your own value.',
    },
  ]);
});
