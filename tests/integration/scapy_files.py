# Writes capture files of many kinds into the current folder, with scapy's own writers. *.bad.* hold what is malformed.
import logging
logging.getLogger("scapy").setLevel(logging.ERROR)
from scapy.contrib.mpls import MPLS
from scapy.layers.dot11 import Dot11, RadioTap
from scapy.layers.inet import ICMP, IP, IPOption, TCP, UDP, fragment
from scapy.layers.inet6 import (IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting,
                                ICMPv6EchoRequest)
from scapy.layers.l2 import ARP, CookedLinux, Dot1AD, Dot1Q, Dot3, Ether, LLC, Loopback, SNAP, STP
from scapy.layers.ppp import PPP, PPPoE
from scapy.packet import Padding, Raw
from scapy.utils import PcapNgWriter, RawPcapWriter

four = dict(src="192.0.2.1", dst="198.51.100.2")
six = dict(src="2001:db8::1", dst="2001:db8::2")

datagrams = [
    IP(**four) / UDP(sport=1000, dport=2000) / Raw(b"a"),
    IP(**four) / TCP(sport=1000, dport=2000, options=[("MSS", 1460), ("Timestamp", (1, 2))]) / Raw(b"b" * 1000),
    IP(options=[IPOption(b"\x94\x04\x00\x00")], **four) / ICMP() / Raw(b"c" * 40),
    IP(**four) / IP(src="10.0.0.1", dst="10.0.0.2") / UDP(),
    IP(proto=41, **four) / IPv6(**six) / UDP(),
    IPv6(fl=0x12345, hlim=3, **six) / UDP(sport=1000, dport=2000) / Raw(b"d" * 33),
    IPv6(**six) / IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt() / IPv6ExtHdrRouting(addresses=["2001:db8::3"])
    / TCP(sport=5, dport=6),
    IPv6(**six) / IPv6ExtHdrFragment(offset=0, m=1, id=7, nh=17) / Raw(b"e" * 64),
    IPv6(**six) / IPv6ExtHdrFragment(offset=8, m=0, id=7, nh=17) / Raw(b"e" * 9),
    IPv6(**six) / ICMPv6EchoRequest(data=b"f" * 1200),
    IPv6(nh=4, **six) / IP(**four) / UDP(),
] + fragment(IP(**four) / UDP() / Raw(b"g" * 3000), fragsize=1000)

link = dict(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
ethernet = [Ether(**link) / d for d in datagrams]
ethernet += [
    Ether(**link) / datagrams[0] / Padding(b"\xff" * 17),
    Ether(**link) / datagrams[5] / Padding(b"\xff" * 3),
    Ether(**link) / Dot1Q(vlan=7, prio=3) / datagrams[0],
    Ether(**link) / Dot1Q(vlan=0) / datagrams[5],
    Ether(**link) / Dot1AD(vlan=2) / Dot1Q(vlan=3) / datagrams[1],
    Ether(**link) / ARP(psrc="192.0.2.1", pdst="192.0.2.2"),
    Ether(**link) / MPLS(label=16, s=1) / datagrams[0],
    Ether(type=0x8864, **link) / PPPoE(sessionid=1) / PPP() / datagrams[0],
    Dot3(dst="01:80:c2:00:00:00", src=link["src"]) / LLC() / STP(),
]

# Headers that lie, in frames that are whole.
def change(d, at, value):
    raw = bytearray(bytes(d))
    raw[at:at + len(value)] = value
    return bytes(raw)

bad = [
    change(ethernet[0], 14, b"\x55"),                # version 5
    change(ethernet[0], 14, b"\x43"),                # a header of 12 bytes
    change(ethernet[0], 16, b"\x00\x05"),            # shorter than its header
    change(ethernet[0], 16, b"\x00\x00"),            # no length
    change(ethernet[0], 16, b"\xff\xff"),            # longer than the frame
    change(ethernet[5], 18, b"\x00\x00"),            # no payload length
    change(ethernet[5], 18, b"\xff\xff"),
    bytes(ethernet[0])[:20],
    bytes(ethernet[0])[:14],
    bytes(ethernet[0])[:3],
    bytes(ethernet[5])[:30],
    b"",
]


def write(name, linktype, packets, **options):
    writer = RawPcapWriter(name, linktype=linktype, **options)
    for i, packet in enumerate(packets):
        data = packet if isinstance(packet, bytes) else bytes(packet)
        usec = i * 1001 % (1000000000 if options.get("nano") else 1000000)
        writer.write_header(data) if not writer.header_present else None
        writer.write_packet(data, sec=1700000000 + i, usec=usec, caplen=len(data), wirelen=len(data))
    writer.close()


write("ethernet.pcap", 1, ethernet)
write("big_endian.pcap", 1, ethernet, endianness=">")
write("nano.pcap", 1, ethernet, nano=True)
write("nano_big_endian.pcap", 1, ethernet, nano=True, endianness=">")
write("raw.pcap", 101, datagrams)
write("ipv4.pcap", 228, [d for d in datagrams if d.version == 4])
write("ipv6.pcap", 229, [d for d in datagrams if d.version == 6])
write("null.pcap", 0, [Loopback(type=2 if d.version == 4 else 30) / d for d in datagrams])
write("sll.pcap", 113, [CookedLinux(pkttype=0, proto=0x0800 if d.version == 4 else 0x86dd) / d for d in datagrams])
write("ppp.pcap", 9, [PPP(proto=0x0021 if d.version == 4 else 0x0057) / d for d in datagrams])
wireless = [Dot11(type=2, subtype=0, addr1=link["dst"], addr2=link["src"], addr3=link["src"])
            / LLC(dsap=0xaa, ssap=0xaa, ctrl=3) / SNAP(code=0x0800 if d.version == 4 else 0x86dd) / d for d in datagrams]
write("ieee80211.pcap", 105, wireless)
write("radiotap.pcap", 127, [RadioTap() / frame for frame in wireless])
write("ethernet.bad.pcap", 1, bad)
write("raw.bad.pcap", 101, [frame[14:] for frame in bad])

writer = PcapNgWriter("scapy.pcapng")
for i, packet in enumerate(ethernet):
    packet.time = 1700000000 + i
    writer.write(packet)
writer.close()
