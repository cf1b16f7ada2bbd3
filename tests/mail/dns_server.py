"""A DNS server on loopback that answers as a test tells it, or not at all."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset

ZONE = "hostmaster.test. admin.test. 1 7200 900 86400 300"


@dataclass
class Zone:
    """What is said of one name: records by kind, an error, silence."""

    records: dict[str, list[str]] = field(default_factory=dict)
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR
    has_soa: bool = True
    is_silent: bool = False


class DnsServer:
    """Answers on UDP and remembers what it was asked: (name, kind)."""

    def __init__(self) -> None:
        self.zones: dict[str, Zone] = {}
        self.asked: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = self._socket.getsockname()[1]
        resolver.timeout = 0.7
        return resolver

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join(timeout=5)
        self._socket.close()

    def _serve(self) -> None:
        while not self._is_over.is_set():
            try:
                packet, client = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            answer = self._answer(dns.message.from_wire(packet))
            if answer:
                self._socket.sendto(answer, client)

    def _answer(self, query: dns.message.Message) -> bytes | None:
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        name = question.name.to_text(omit_final_dot=True)
        self.asked.append((name, kind))
        zone = self.zones.get(name, Zone(rcode=dns.rcode.NXDOMAIN))
        if zone.is_silent:
            return None
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        answer.set_rcode(zone.rcode)
        if records := zone.records.get(kind):
            answer.answer.append(dns.rrset.from_text(question.name, 300, "IN", kind, *records))
        elif zone.has_soa and zone.rcode in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            answer.authority.append(dns.rrset.from_text("test.", 300, "IN", "SOA", ZONE))
        return answer.to_wire()
