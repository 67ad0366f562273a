import { arpInPerl } from './arp-in-perl';

/** How long the owner of a shared address may take to send its first advert to a new edge, in s. */
const patience = 60;

/**
 * Perl script for `ADDRESS INTERFACE ROUTER-ID` of a shared address: ends when keepalived may start on an edge where it did not
 * run.
 *
 * Adverts are unicast (machine/keepalived-conf.ts), so an edge that is put into a site hears none until the owner's
 * keepalived has it in its configuration, which the same `pulumi up` brings about at about the same time. Until then it
 * would take the address (after 0.6 to 0.8 s of silence), and clients would be torn from one to the other (seen in
 * shared-address.spec: 2 of 3,344 visits had no answer for 5 s). So when somebody answers for the address by ARP, the
 * script waits for an advert, on a raw socket as keepalived does: adverts have IP protocol 112 (RFC 9568, 5.1).
 *
 * Exit code 1: somebody has the address and is not heard. IPv4 alone, as machine/address-owner.ts.
 */
export const hearOwnerScript = String.raw`use strict;
use warnings;
use Socket;
use IO::Select;
my ($address, $interface, $router) = @ARGV;
exit 0 unless $address =~ /^[\d.]+$/ && defined inet_aton($address);

${arpInPerl}

socket(my $adverts, AF_INET, SOCK_RAW, 112) or exit 0;
my $heard = IO::Select->new($adverts);
my $end = time + ${patience};
while (defined other_owner()) {
  my $next = time + 1;
  while (time <= $next) {
    last unless $heard->can_read(1);
    recv($adverts, my $packet, 1500, 0);
    my ($length, $kind, $id) = (unpack('C', $packet) & 15) * 4;
    ($kind, $id) = unpack('CC', substr($packet, $length, 2));
    exit 0 if ($kind & 15) == 1 && $id == $router;
  }
  next if time < $end;
  print STDERR "$address: another machine has it, and this one hears no VRRP from it. Does a firewall drop IP protocol 112, or is that edge not reachable over SSH, so that it does not know this one yet? Mend that and run pulumi up again; keepalived was not started here\n";
  exit 1;
}
`;
