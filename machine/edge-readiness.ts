import { readinessPath } from '../edge/edge-paths';
import { elsewhereFile, elsewhereFor } from './address-owner';

/** Where the script is: beside keepalived's configuration, in a folder that only root writes to. */
export const edgeReadinessFile = '/etc/keepalived/evenkeel-edge-readiness';

/**
 * What keepalived runs each second, as nobody: exit code 1 means that another edge of the LAN should have the shared
 * addresses. An edge is only ever compared with the others, so that an address stays somewhere when all are equally bad:
 * the edges are judged, not the services behind them.
 *
 * It runs for ever on small machines, so it is one process that starts no other, and uses no Perl module: both looks of
 * a second cost 7 ms of CPU together on the 2-core machine of the lab, of which 4 are Perl's start. (In bash, which needs a
 * process for each connection and each pause, they were 20; the module Socket alone takes 7.)
 *
 * The edge is asked at its own address, as clients ask it: at 127.0.0.1 would be Docker's userland proxy, which dies
 * with dockerd while the way of the clients lives on.
 */
export const edgeReadinessScript = String.raw`#!/usr/bin/perl
# Written by Evenkeel, run by keepalived: exit code 1 says that another edge should have the shared addresses.
#   answers PORT NAME=ADDRESS OTHER=ADDRESS...   this edge refuses connections, and another one answers
#   ready PORT NAME=ADDRESS OTHER=ADDRESS...     another edge is better, or has the address and can't be heard
# When no other is better, nothing is said: an address stays where it is while all are equally bad.
my ($what, $port, @edges) = @ARGV;
my @names = map { /^(.*?)=/ } @edges;
my @addresses = map { /=(.*)/ } @edges;
$SIG{PIPE} = 'IGNORE'; # of a connection that was refused

# A TCP connection that is about to open, or nothing. Linux's numbers: AF_INET is 2, SOCK_STREAM 1, SOCK_NONBLOCK 2048,
# EINPROGRESS 115; a sockaddr_in as in ip(7).
sub dial {
  my ($address) = @_;
  my ($family, $to) = (2, '');
  if ($address =~ /:/) {
    require Socket; # costs more than the rest
    $family = Socket::AF_INET6();
    $to = Socket::pack_sockaddr_in6($port, Socket::inet_pton($family, $address));
  } else {
    $to = pack 'S n C4 x8', $family, $port, split /\./, $address;
  }
  socket(my $socket, $family, 1 | 2048, 0) or return;
  connect($socket, $to) || $! == 115 ? $socket : undef;
}

# Asks edges at once. The answer of each: empty when it refuses, undef when it takes longer than so many seconds.
sub ask {
  my ($seconds, @whom) = @_;
  my (@answers, %open);
  for my $index (0 .. $#whom) {
    my $socket = dial($whom[$index]);
    $open{$index} = { socket => $socket, fd => fileno $socket, asked => 0, text => '' } if $socket;
    $answers[$index] = $socket ? undef : '';
  }
  while (%open) {
    my @waiting = ('', ''); # to be asked, to be heard
    vec($waiting[$_->{asked}], $_->{fd}, 1) = 1 for values %open;
    (my $found, $seconds) = select $waiting[1], $waiting[0], undef, $seconds; # Linux says how much time is left
    last if $found < 1;
    for my $index (keys %open) {
      my $edge = $open{$index};
      next unless vec $waiting[$edge->{asked}], $edge->{fd}, 1;
      my $more;
      if ($edge->{asked}) {
        $more = sysread $edge->{socket}, $edge->{text}, 65536, length $edge->{text};
        next if !defined $more && $! == 11; # EAGAIN
      } else {
        $more = syswrite $edge->{socket}, "GET ${readinessPath} HTTP/1.0\r\nHost: edge\r\n\r\n";
        $edge->{asked} = 1;
      }
      next if $more;
      $answers[$index] = $edge->{text};
      delete $open{$index};
    }
  }
  return @answers;
}

# How good each edge is: 0 without an answer, 1 while its node is in maintenance (by the word of any edge: its own may not
# know), 2 when it is not ready, and more the more services it serves.
sub rate {
  my @answers = map { $_ // '' } @_;
  my $maintenance = join ',', map { /"maintenance":\[([^\]]*)\]/ } @answers;
  return map {
    my $answer = $answers[$_];
    if ($answer !~ /^HTTP\//) { 0 }
    elsif (index($maintenance, "\"$names[$_]\"") >= 0) { 1 }
    elsif ($answer =~ /"ready":true/ && $answer =~ /"serves":(\d+)/) { 2 + $1 }
    else { 2 }
  } 0 .. $#answers;
}

if ($what eq 'answers') {
  # Three looks, and more while the last one was refused: two in a row are no accident. An edge that is only slow is not
  # dead; one that never answers any more is not ready.
  my ($looks, $refused) = (0, 0);
  while ($refused < 2) {
    my ($answer) = ask(0.25, $addresses[0]);
    $refused = defined $answer && $answer eq '' ? $refused + 1 : 0;
    exit 0 if ++$looks >= 3 && !$refused;
    select undef, undef, undef, 0.25 if $refused < 2;
  }
} else {
  # The address is another's, whom this edge can't hear (the script address-owner).
  my $said = (stat '${elsewhereFile}')[9];
  exit 1 if defined $said && time - $said < ${elsewhereFor};
}
my @answers = ask(0.4, @addresses);
$answers[0] = '' if $what eq 'answers';
my ($own, @others) = rate(@answers);
for my $other (@others) { exit 1 if $other > $own }
exit 0;
`;
