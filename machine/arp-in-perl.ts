/**
 * Subroutines of Perl that speak ARP for the IPv4 address `$address` on the network interface `$interface`; they need
 * `use Socket` and `use IO::Select`. `other_owner` is what RFC 5227 (2.1.1) calls probing an address.
 */
export const arpInPerl = String.raw`sub hardware_address {
  open(my $file, '<', "/sys/class/net/$interface/address") or return;
  my $text = <$file> // '';
  $text =~ s/[^0-9a-f]//gi;
  return length $text == 12 ? pack('H12', $text) : undef;
}

# ARP (RFC 826) over a packet socket (packet(7)): AF_PACKET is 17, ETH_P_ARP 0x0806.
sub arp_socket {
  open(my $file, '<', "/sys/class/net/$interface/ifindex") or return;
  my $index = <$file>;
  socket(my $socket, 17, SOCK_RAW, unpack('S', pack('n', 0x0806))) or return;
  bind($socket, pack('SnlSCCx8', 17, 0x0806, $index, 0, 0, 0)) or return;
  return $socket;
}

sub arp_packet {
  my ($kind, $source, $sender, $sender_ip, $target, $target_ip) = @_;
  return "\xff" x 6 . $source . pack('nnnCCn', 0x0806, 1, 0x0800, 6, 4, $kind) . $sender . $sender_ip . $target . $target_ip;
}

# The hardware address of another machine that answers for the address; undef: nobody within 0.3 s.
sub other_owner {
  my $ours = hardware_address() // return;
  my $socket = arp_socket() // return;
  my $ip = inet_aton($address);
  my $ready = IO::Select->new($socket);
  for (1 .. 3) {
    syswrite($socket, arp_packet(1, $ours, $ours, "\0" x 4, "\0" x 6, $ip));
    for (1 .. 20) {
      last unless $ready->can_read(0.1);
      sysread($socket, my $packet, 1500);
      next if length $packet < 42;
      my ($sender, $sender_ip) = unpack('x22a6a4', $packet);
      return $sender if $sender_ip eq $ip && $sender ne $ours;
    }
  }
  return;
}`;
