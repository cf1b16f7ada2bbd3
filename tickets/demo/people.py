"""Made-up requesters and the devices they use, and the agents who answer them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from ipaddress import IPv4Network

GIVEN = (  # noqa: SIM905 - a list of quoted words is harder to read
    "budi siti agus dewi rizky putri andi nur wahyu ayu fajar maya bayu rina dimas lestari hendra "
    "wulan yoga indah arif novi galih ratna ilham sari teguh mega rangga intan"
).split()
FAMILY = (  # noqa: SIM905
    "santoso wijaya pratama lestari hidayat saputra kusuma nugroho rahman setiawan siregar "
    "simanjuntak wibowo utami permana maulana"
).split()
# Reserved by RFC 2606: nobody's mailbox can be hit from here.
DOMAINS = ("surel.example", "kampus.example", "kantor.example", "pos.example")
DEVICES = (
    "Samsung A15, Android 14",
    "Xiaomi Redmi Note 12, Android 13",
    "OPPO A57, Android 12",
    "vivo Y21, Android 11",
    "iPhone 13, iOS 18",
    "iPhone XR, iOS 17",
    "Windows 11, Chrome",
    "Windows 10, Edge",
    "",
)
DEVICE_TESTS = IPv4Network("198.18.0.0/15")
ZONES = ("Asia/Jakarta",) * 7 + ("Asia/Makassar",) * 2 + ("Asia/Jayapura",)
DEFAULT_REPLY = "Terima kasih atas laporannya. Kami sudah memeriksanya; silakan coba sekali lagi."
ADDITIONS = (
    "masih belum juga kak, barusan saya coba lagi",
    "ini saya tambahkan tangkapan layarnya",
    "sudah saya coba pakai hp teman, sama saja",
    "kapan kira-kira bisa selesai ya?",
)
NOTES = (
    "Log pengiriman: ditolak operator, coba jalur cadangan.",
    "Akun setengah jadi dari minggu lalu, aman dihapus.",
    "Sudah dicek: alamat IP masuk daftar curiga karena jaringan kampus.",
)


# What programs send to every form they find.
ADVERTS = (
    "Pinjaman cepat tanpa jaminan, cair 5 menit! Klik https://pinjaman.example/daftar",
    "SLOT GACOR HARI INI https://slot.example https://slot.example/a https://slot.example/b daftar sekarang",
    "Jasa naikkan pengikut murah, hubungi kami di www.pengikut.example",
)

# What some write into the report although every advice asks them not to; nobody has these numbers.
SLIPS = (
    "kode yang saya terima 482913 tapi ditolak",
    "kode OTP: 590 127, sudah saya ketik dengan benar",
    "password saya Kucing99 kalau perlu dicek",
    "NIK saya 3201014505900003 atas nama sendiri",
    "kalau perlu norek saya 7120934856",
    "tautannya https://contoh.example/aktivasi?token=Zk29xQ71mmB4",
)


@dataclass(frozen=True)
class Colleague:
    username: str
    name: str
    role: str


COLLEAGUES = (
    Colleague("rina", "Rina", "agent"),
    Colleague("andi", "Andi", "agent"),
    Colleague("dewi", "Dewi", "lead"),
)
# Has left: the account is shut.
FORMER = Colleague("bagas", "Bagas", "agent")


def address(chance: random.Random) -> str:
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    return f"{given}.{family}{chance.randint(1, 999)}@{chance.choice(DOMAINS)}"


def phone(chance: random.Random) -> str:
    """A number of a prefix in use with a body that is obviously made up."""
    return f"+62812{chance.randint(0, 99):02}000{chance.randint(0, 999):03}"


def network_address(chance: random.Random) -> str:
    """Of the addresses that are kept for tests of devices (RFC 2544), of which nobody has one."""
    return str(DEVICE_TESTS[chance.randrange(DEVICE_TESTS.num_addresses)])
