#include "commands.h"
#include <stdio.h>
#include <string.h>

static const struct {
    const char *command;
    const char *text;
} texts[] = {
    { .command = "list", .text =
"Usage: ipfunnel list [--json]\n"
"\n"
"Lists the interfaces of this machine: number, name, state, MTU, link address, the\n"
"backends that can open it, IP addresses, other names, on Windows the GUID, and its\n"
"description (Linux: alias). * marks the one that a person most likely wants, which\n"
"\"default\" stands for; the last line says why it is that one.\n"
"\n"
"  --json   an array of objects\n" },

    { .command = "backends", .text =
"Usage: ipfunnel backends [--json]\n"
"\n"
"Lists every backend: whether this build contains it, whether it can run here for this\n"
"user and if not why and what to do, and what it can do.\n"
"\n"
"  --json   an array of objects\n" },

    { .command = "capture", .text =
"Usage: ipfunnel capture [-i INTERFACE|any | -r FILE] [OPTION...] [FILTER...]\n"
"\n"
"Prints the IP datagrams of an interface, one line each, or writes them to a file.\n"
"Letters that tcpdump has mean the same, except -q, -m and -b. FILTER is an expression of\n"
"pcap-filter(7) about the IP datagram, such as: udp port 53 or icmp. It has no link header\n"
"(ether, arp, vlan): an error says so.\n"
"\n"
"From where\n"
"  -i INTERFACE        what it is called, see below; without -i \"default\"; or \"any\": all\n"
"                      interfaces that are up, also those that come later, in the order\n"
"                      of time (but for up to the latency)\n"
"  --follow            when the interface is gone, or is there no more under this name, wait\n"
"                      until there is one, and go on; also before there is one at all (any\n"
"                      does so by itself)\n"
"  -r FILE             read a capture file (pcap, pcapng, where built so also .gz and .zst);\n"
"                      - is standard input. With -w converts it\n"
"  -b BACKEND          see ipfunnel backends; also environment IPFUNNEL_BACKEND\n"
"  -D                  list the interfaces and exit\n"
"What\n"
"  -m on|iplevel       on (default): promiscuous; iplevel: only what this host receives\n"
"                      anyway\n"
"  -p                  not promiscuous: -m iplevel\n"
"  -4, -6              only this IP version\n"
"  -F FILE             the filter is in FILE; # begins a comment\n"
"  -d                  print the program of the filter, as tcpdump -d does, and exit\n"
"  -s BYTES            cut datagrams to this length (0: 262144); the filter sees all of it\n"
"  --on-wire           as the wire carries them: super-datagrams cut, checksums filled in\n"
"                      (pcap: checksums only)\n"
"  --no-outgoing       leave out what this host sends\n"
"  --vlan own|all|VID  own (default): untagged, as the IP layer sees it; all (default with\n"
"                      -r); or one VLAN\n"
"  --exclude-self      leave out the SSH connection of this terminal\n"
"  --count-all         know every counter in the totals; slower\n"
"  --events            tell when the interface goes down, comes up, changes its addresses;\n"
"                      with any also when one appears or gets a new name\n"
"  -B KIB              memory for datagrams not yet read (16384), with any for each interface\n"
"  --latency MS        longest delay before a datagram is shown (1), such as 100 or 0.2\n"
"  --immediate-mode    the shortest: each datagram at once (af_packet with --on-wire: 1 ms)\n"
"How long\n"
"  -c N                stop after N datagrams\n"
"  --duration SECONDS  stop after this time\n"
"Printing\n"
"  -v                  nanoseconds, and a second line of facts\n"
"  -t, -tt, -tttt      no time; seconds since 1970; date and time. -ttt, -ttttt: time since\n"
"                      the line before, since the first line\n"
"  -x, -X              dump the bytes in hex, in hex and text\n"
"  --json              one object per datagram and line; with -x with its bytes\n"
"  -q                  only the totals\n"
"  -l                  flush each batch, as on a terminal\n"
"  -n                  nothing: names are never looked up\n"
"Writing\n"
"  -w FILE             write FILE instead of printing: pcap if its name ends in .pcap,\n"
"                      else pcapng (or --format); - is standard output. With -v a counter\n"
"                      on the terminal\n"
"  --format pcap|pcapng    pcapng keeps all facts; of several interfaces (-i any) tcpdump\n"
"                      reads pcap only\n"
"  --print             print as well; --json does so, too. Not with -w -\n"
"  -U                  hand each batch over to the system at once, not once a second\n"
"  --time-stamp-precision micro|nano    of pcap (micro)\n"
"  -C SIZE             begin a new file after SIZE million bytes, or KiB, MiB, GiB with\n"
"                      k, m, g: FILE, FILE1, FILE2, ...\n"
"  -G SECONDS          begin a new file after this time; FILE is a strftime pattern with at\n"
"                      least one %, unless -C numbers the files: none overwrites the one\n"
"                      before\n"
"  -W COUNT            with -C: a ring of COUNT files; with -G: stop after COUNT files\n"
"\n"
"An interface is called, first match first, by its name or one of its other names (Windows:\n"
"name in any case, GUID, \\Device\\NPF_{GUID}); lo, the loopback interface; toward:ADDRESS,\n"
"the one that leads to this host; an address that it has, such as 10.0.0.1 or fe80::1%eth0,\n"
"or a network that it has one in, 192.0.2.0/24 or 2001:db8::/32 (then only this IP version);\n"
"default, the one that \"ipfunnel list\" suggests; its number; its description (Linux: alias).\n"
"A name that is wrong or leads to several gets those that it can be.\n"
"\n"
"Lines: local time, \"<-\" received or \"->\" sent (\"--\" unknown), interface, addresses,\n"
"protocol, length; \"==\" is news: losses, events.  Totals go to standard error at the end.\n"
"Signals: INT, TERM, HUP end cleanly (a second INT at once); USR1 prints the totals; USR2\n"
"flushes the output.  Exit status: 0 done, 1 error, 2 wrong usage.\n" },

    { .command = "ioctl", .text =
"Usage: ipfunnel ioctl [CODE|NAME] [--json]\n"
"\n"
"Lists the control codes of Winsock (WSAIoctl); of one of them says what its bits are,\n"
"what it means for a capture, and which function or option of ipfunnel does its job on\n"
"Windows, Linux and with libpcap, or why none. A code that is not in the list is taken\n"
"apart all the same. Works on any system.\n"
"\n"
"  CODE     as 0x98000001 or 2550136833\n"
"  NAME     as SIO_RCVALL or rcvall\n"
"  --json   an array of objects; of one code an object\n" },

    { .command = "doctor", .text =
"Usage: ipfunnel doctor [-i INTERFACE] [-b BACKEND] [--json]\n"
"       ipfunnel doctor --verify [-i INTERFACE] [-b BACKEND] [--json FILE]\n"
"\n"
"Says what this machine will and will not show in a capture, and what to do about it: the\n"
"backends, the permission to capture, the interface (opened for a moment), and what the\n"
"system does to a capture: offloads, firewall, namespaces.  Exit status: 0 nothing\n"
"prevents a capture, 1 something does, 2 wrong usage.\n"
"\n"
"  -i INTERFACE    as capture has it (default)\n"
"  -b BACKEND      look at this one only; see ipfunnel backends\n"
"  --json          one object\n"
"\n"
"--verify tries out what the documents leave open, above all of SIO_RCVALL on Windows:\n"
"experiments with datagrams of its own, from this host's addresses to themselves, bounded\n"
"in number and time. It says so before it starts, and needs the permission to capture\n"
"(Windows: \"Run as administrator\"). Exit status 0: the report is complete, whatever it\n"
"says.\n"
"\n"
"  --json FILE     write the report as JSON, too; - is standard output, and then the text\n"
"                  goes to standard error\n" },
};

static const char overview[] =
"Usage: ipfunnel COMMAND [OPTION...]\n"
"\n"
"Captures IP datagrams, the same bytes from every capture backend.\n"
"\n"
"  list        the interfaces of this machine\n"
"  backends    the ways to capture: built, usable here, and if not why\n"
"  capture     print datagrams or write them to a file\n"
"  ioctl       the control codes of Winsock, and what does their job here\n"
"  doctor      what this machine will and will not show, and what to do about it\n"
"  help NAME   more about a command\n"
"\n"
"  version     print the version; also -V, --version\n"
"\n"
"Example: ipfunnel capture -i default -c 10\n";

int print_help(const char *command)
{
    if (!command) {
        fputs(overview, stdout);
        return 0;
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(command, texts[i].command) == 0) {
            fputs(texts[i].text, stdout);
            return 0;
        }
    return -1;
}
