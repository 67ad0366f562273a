import { arpInPerl } from './arp-in-perl';

/** Where the script is: beside keepalived's configuration, in a folder that only root writes to. */
export const addressOwnerFile = '/etc/keepalived/evenkeel-address-owner';

/** Name of the nftables tables that the script makes, one for IP and one for ARP. */
export const ownerTable = 'evenkeel_owner';

/**
 * A file that is younger than `elsewhereFor` says that a shared address is another machine's, though that one is not heard.
 * machine/edge-readiness.ts asks for it.
 */
export const elsewhereFile = '/run/evenkeel-elsewhere';

/** Age, in s, up to which `elsewhereFile` counts; it is written anew every half second while it is so. */
export const elsewhereFor = 3;

/**
 * What keepalived runs, as root, when the state of a shared address changes on this machine.
 *
 * A machine that only the other edges can't reach hears no adverts and takes the address, as it should when its owner is
 * dead; here the owner lives, and clients would be torn from one to the other, each time with their connections
 * (measured with `evenkeel drill`: 7 to 10 requests lost each time). So an address that was just taken is not answered
 * for until it is clear whose it is:
 *
 * - more than half of the edges can be reached: the one that was the owner is dead or hangs, and the address is ours.
 *   With fewer than three edges there is no such half, and it is ours at once;
 * - else whoever has the address is asked for by ARP, as RFC 5227 (2.1.1, "Probing an Address") has it: nobody answers, so it
 *   is ours;
 * - else it is another's: the LAN is told so again (RFC 5227, 2.4, but in the other's name, since keepalived has just
 *   announced ours), and edge-readiness takes the address from here.
 *
 * Until then packets to it are dropped, and no ARP is answered: a client's kernel sends them again, and they get to the
 * one that has the address. Whenever the script does not know better, the address is ours.
 *
 * Packets to an address that this machine has not, and that the LAN still sends here, are dropped as well. Docker makes a
 * machine forward what is not its own, and then its conntrack knows the connection, with no way to the edge: when the
 * machine had the address again, no packet of that connection, nor of a later one from the same port within 2 minutes, was
 * answered (seen in shared-address.spec: visitors that waited 5 s, with a packet that went 60 times from one machine to the
 * other). What containers of this machine send there is forwarded as ever.
 *
 * Perl, since it is on every Debian (perl-base is essential) and can send ARP, which bash can't. IPv4 alone: an IPv6
 * address is ours at once.
 */
export const addressOwnerScript = String.raw`#!/usr/bin/perl
# Written by Evenkeel, run by keepalived when the state of a shared address changes:
#   PORT INTERFACE NAME=ADDRESS OTHER=ADDRESS... INSTANCE ADDRESS STATE PRIORITY
use strict;
use warnings;
use Socket;
use IO::Select;
use IO::Socket::INET;
$SIG{PIPE} = 'IGNORE'; # of an nft that is not there

my ($port, $interface, @edges) = @ARGV;
my (undef, $address, $state) = splice(@edges, -4);
exit 0 unless defined $state && defined inet_aton($address) && $address =~ /^[\d.]+$/;
my ($own, @others) = map { s/^.*?=//r } @edges;
my $token = "/run/evenkeel-owner-$address";

sub nft { open(my $nft, '|-', 'nft -f - 2>/dev/null') or return; print $nft @_; close $nft }

sub hold {
  my $set = 'set undecided { type ipv4_addr; }';
  nft(<<"RULES");
table inet ${ownerTable} { $set; set shared { type ipv4_addr; }; chain prerouting { type filter hook prerouting priority raw; policy accept; }; }
flush chain inet ${ownerTable} prerouting
add rule inet ${ownerTable} prerouting fib daddr type local ip daddr \@undecided meta l4proto tcp drop
add rule inet ${ownerTable} prerouting iifname "$interface" fib daddr type != local ip daddr \@shared drop
add element inet ${ownerTable} undecided { $address }
add element inet ${ownerTable} shared { $address }
RULES
  nft(<<"RULES"); # apart, since few kernels lack it, and then it is no great loss
table arp ${ownerTable} { $set; chain output { type filter hook output priority 0; policy accept; }; }
flush chain arp ${ownerTable} output
add rule arp ${ownerTable} output arp saddr ip \@undecided drop
add element arp ${ownerTable} undecided { $address }
RULES
}

sub release { nft("delete element $_ ${ownerTable} undecided { $address }\n") for 'inet', 'arp' }

# Whether this machine has the address now. keepalived starts this script for each change and goes on: on a busy machine
# the script for a change may run after that for the next one, and what counts is what is so now.
sub is_here { length qx(ip -o address show to $address 2>/dev/null) }

# Two of these scripts never change the rules at the same time.
sub exclusively {
  my ($change) = @_;
  open(my $lock, '>', "$token.lock");
  flock($lock, 2) if $lock; # LOCK_EX
  $change->();
}

# Whether more than half of the edges can be reached, this one included: one that refuses is there, too.
sub sees_most {
  return 1 if @others < 2;
  my $seen = 1;
  my $waiting = IO::Select->new;
  for my $other (@others) {
    my $socket = IO::Socket::INET->new(PeerAddr => $other, PeerPort => $port, Blocking => 0) or next;
    $waiting->add($socket);
  }
  for (1 .. 6) {
    for my $socket ($waiting->can_write(0.05)) {
      my $error = unpack('i', getsockopt($socket, SOL_SOCKET, SO_ERROR));
      $seen++ if $error == 0 || $error == 111; # ECONNREFUSED
      $waiting->remove($socket);
    }
    return 1 if 2 * $seen > 1 + @others;
    last unless $waiting->count;
  }
  return 0;
}

${arpInPerl}
# Says once more whose the address is, in that one's name.
sub give_back {
  my ($owner) = @_;
  my $ours = hardware_address() // return;
  my $socket = arp_socket() // return;
  my $ip = inet_aton($address);
  syswrite($socket, arp_packet(1, $ours, $owner, $ip, "\0" x 6, $ip));
}

sub is_newest {
  open(my $file, '<', $token) or return 0;
  return (<$file> // '') eq $$;
}

if (open(my $file, '>', $token)) { print $file $$; close $file }
my $owner = $state eq 'MASTER';
for (1 .. 10) { # keepalived may be about to do what it says
  last if !!is_here() eq !!$owner;
  select(undef, undef, undef, 0.1);
}
$owner = is_here();
exclusively(sub { hold() unless is_here() });
exit 0 unless $owner || $state eq 'FAULT';
my $answer = sub { exclusively(sub { release() if is_here() }) };
local $SIG{ALRM} = sub { $answer->() if $owner; exit 1 };
while (is_newest()) {
  alarm 10; # should anything hang, the address is ours
  my $other = eval { sees_most() ? undef : other_owner() };
  last unless is_newest();
  if (!defined $other) { $answer->() if $owner; last }
  give_back($other) if $owner;
  if (open(my $file, '>', '${elsewhereFile}')) { print $file "$address\n"; close $file }
  select(undef, undef, undef, 0.5);
}
`;
