"""Bytes that no implementation may accept, written from the specification alone (common/docs/PROTOCOL.md §3.1, §4;
RFC 8032). Nothing of the Java code is used. Run: python3 negative.py > ../resources/vectors/v1/negative.json

Every layout comes with one valid body, so that a reader that refuses everything is noticed too."""
import hashlib
import json

# --- fixed layouts -------------------------------------------------------------------------------------------------


def u8(x):
    return x.to_bytes(1, "big")


def u32(x):
    return x.to_bytes(4, "big")


def u64(x):
    return x.to_bytes(8, "big")


def lp(x):
    return u32(len(x)) + x


def label(s):
    return lp(b"confide/sa/v1/" + s.encode())


def fill(byte):
    return bytes([byte]) * 32


def bitmap(n, members):
    out = bytearray((n + 7) // 8)
    for i in members:
        out[i // 8] |= 1 << i % 8
    return bytes(out)


JOB = bytes(range(16))
N, U1, U3 = 11, (0, 1, 2, 4, 10), (0, 1, 2, 4)
ROUND = JOB + fill(0x55) + u64(7)
SETS = u32(N) + bitmap(N, U1)
CONTEXT = ROUND + fill(0x66) + fill(0x77) + fill(0x88) + SETS
S0 = JOB + u32(3) + u64(7) + u32(2) + fill(0xAA) + fill(0xBB)
EK = bytes(1184)
ENTRY = lambda j, kind: u32(j) + u8(kind) + fill(0x15)
MEMBER = lambda name, key: lp(name) + fill(key)
DOUBLE_ONE = bytes.fromhex("3ff0000000000000")
DOUBLE_NAN = bytes.fromhex("7ff8000000000000")

REVEAL = label("reveal") + ROUND + u32(3) + fill(0x14)
KEM = label("kem") + fill(0x11) + u32(1)
CONFIRM = label("confirm") + fill(0x11) + u32(4) + fill(0x12)
ROSTER = label("roster") + u64(4)
POLICY = label("policy") + b"".join(map(u32, (11, 2, 181818, 0, 0, 7, 7, 7, 5, 1)))
CODEC = label("codec") + u32(7)
REALS = u8(1) + lp(b"x") + u32(3) + DOUBLE_ONE + u8(16)

VALID = {
    "proposal": label("proposal") + S0,
    "hello": label("hello") + S0 + u32(4) + fill(1) + lp(EK) + fill(2) + bytes(16),
    "seed": label("seed") + fill(0x11) + u32(4) + fill(0x12),
    "kem": KEM + u32(2) + u32(2) + fill(0x12) + u32(5) + fill(0x13),
    "deal": label("deal") + fill(0x11) + u32(4) + fill(0x12),
    "confirm": CONFIRM + SETS + u64(0) + bytes(32),
    "complaint": label("complaint") + fill(0x11) + u32(4) + u32(2) + u8(1),
    "open": label("open") + CONTEXT + u64(1700000000000),
    "upload": label("upload") + ROUND + u32(4) + fill(0x12) + fill(0x13),
    "propose": label("propose") + ROUND + fill(0x12) + SETS + bitmap(N, U3),
    "cert": label("cert") + CONTEXT + bitmap(N, U3),
    "fastcert": label("fastcert") + CONTEXT + bitmap(N, U1),
    "reveal": REVEAL + u32(2) + ENTRY(0, 1) + ENTRY(9, 2),
    "abort": label("abort") + ROUND + u32(4),
    "result": label("result") + ROUND + fill(0x12) + bytes(32) + u8(0),
    "roster": ROSTER + u32(3) + u32(1) + fill(0x90) + MEMBER(b"a", 0x91) + MEMBER(b"b", 0x92) + MEMBER(b"c", 0x93),
    "policy": POLICY + u8(1) + fill(0x88) + fill(0x89),
    "codec": CODEC + u32(1) + REALS,
}


def changed(body, offset_from_end, byte):
    out = bytearray(body)
    out[len(out) - offset_from_end] = byte
    return bytes(out)


def common(name, body):
    """What is wrong with any body."""
    prefix = len(label(name))
    yield "empty", b""
    yield "a byte is missing at the end", body[:-1]
    yield "only the label", body[:prefix]
    yield "a byte too many", body + b"\0"
    yield "the body twice", body + body
    yield "a label of another case", body[:4] + body[4:5].upper() + body[5:]
    yield "another version in the label", body.replace(b"/v1/", b"/v2/", 1)
    yield "a label without its length", body[4:]
    yield "a length of the label that is one too large", u32(prefix - 3) + body[4:]
    other = "deal" if name != "deal" else "seed"
    yield "the label of another body", label(other) + body[prefix:]


# Sites 0..10 of 11: the bitmap has two bytes, bits 11 to 15 are spare.
SPARE = bitmap(16, U3 + (11,))
SPECIAL = {
    "proposal": [
        ("a first round of 2^63", label("proposal") + JOB + u32(3) + u64(1 << 63) + u32(2) + fill(1) + fill(2)),
        ("an epoch of 2^31", label("proposal") + JOB + u32(1 << 31) + u64(7) + u32(2) + fill(1) + fill(2)),
    ],
    "hello": [
        ("an encapsulation key that is too short",
         label("hello") + S0 + u32(4) + fill(1) + lp(EK[:-1]) + fill(2) + bytes(17)),
        ("an encapsulation key that is longer than the body",
         label("hello") + S0 + u32(4) + fill(1) + u32(0x7FFFFFFF) + EK + fill(2) + bytes(16)),
    ],
    "kem": [
        ("entries in descending order", KEM + u32(2) + u32(5) + fill(0x13) + u32(2) + fill(0x12)),
        ("one entry twice", KEM + u32(2) + u32(5) + fill(0x13) + u32(5) + fill(0x13)),
        ("an entry for a lower site", KEM + u32(1) + u32(0) + fill(0x13)),
        ("an entry for the site itself", KEM + u32(1) + u32(1) + fill(0x13)),
        ("more entries than bytes", KEM + u32(0x7FFFFFFF) + u32(2) + fill(0x12)),
        ("a count of 2^32 - 1", KEM + u32(0xFFFFFFFF) + u32(2) + fill(0x12)),
        ("fewer entries than bytes", KEM + u32(1) + u32(2) + fill(0x12) + u32(5) + fill(0x13)),
    ],
    "confirm": [
        ("a spare bit", CONFIRM + u32(N) + SPARE + u64(0) + bytes(32)),
        ("a bitmap of one byte", CONFIRM + u32(N) + bitmap(8, (0, 1)) + u64(0) + bytes(32)),
        ("a bitmap of three bytes", CONFIRM + u32(N) + bitmap(24, U1) + u64(0) + bytes(32)),
        ("a roster of nobody", CONFIRM + u32(0) + u64(0) + bytes(32)),
        ("a roster of 2^31 - 1", CONFIRM + u32(0x7FFFFFFF) + bitmap(N, U1) + u64(0) + bytes(32)),
        ("a ledger number of 2^63", CONFIRM + SETS + u64(1 << 63) + bytes(32)),
    ],
    "complaint": [
        ("reason 0", label("complaint") + fill(0x11) + u32(4) + u32(2) + u8(0)),
        ("reason 5", label("complaint") + fill(0x11) + u32(4) + u32(2) + u8(5)),
    ],
    "open": [
        ("a spare bit in U1",
         label("open") + ROUND + fill(1) + fill(2) + fill(3) + u32(N) + SPARE + u64(1)),
        ("a deadline of 2^63", label("open") + CONTEXT + u64(1 << 63)),
        ("a round of 2^63",
         label("open") + JOB + fill(0x55) + u64(1 << 63) + fill(1) + fill(2) + fill(3) + SETS + u64(1)),
    ],
    "propose": [
        ("a spare bit in U3", label("propose") + ROUND + fill(0x12) + SETS + SPARE),
        ("a spare bit in U1", label("propose") + ROUND + fill(0x12) + u32(N) + SPARE + bitmap(N, U3)),
        ("U3 over a smaller roster", label("propose") + ROUND + fill(0x12) + SETS + bitmap(8, (0, 1))),
        ("U3 over a larger roster", label("propose") + ROUND + fill(0x12) + SETS + bitmap(24, U3)),
    ],
    "cert": [
        ("a spare bit in U3", label("cert") + CONTEXT + SPARE),
        ("U3 over a larger roster", label("cert") + CONTEXT + bitmap(24, U3)),
        ("a certificate of the fast path", label("fastcert") + CONTEXT + bitmap(N, U1)),
    ],
    "fastcert": [
        ("a spare bit in U3", label("fastcert") + CONTEXT + SPARE),
        ("a voted certificate", label("cert") + CONTEXT + bitmap(N, U3)),
    ],
    "reveal": [
        ("entries in descending order", REVEAL + u32(2) + ENTRY(9, 2) + ENTRY(0, 1)),
        ("both kinds of one site", REVEAL + u32(2) + ENTRY(4, 1) + ENTRY(4, 2)),
        ("kind 0", REVEAL + u32(1) + ENTRY(4, 0)),
        ("kind 3", REVEAL + u32(1) + ENTRY(4, 3)),
        ("more shares than bytes", REVEAL + u32(3) + ENTRY(0, 1) + ENTRY(9, 2)),
    ],
    "result": [("status 6", changed(VALID["result"], 1, 6)), ("status 255", changed(VALID["result"], 1, 255))],
    "roster": [
        ("two sites", ROSTER + u32(2) + u32(0) + fill(0x90) + MEMBER(b"a", 0x91) + MEMBER(b"b", 0x92)),
        ("one name twice",
         ROSTER + u32(3) + u32(1) + fill(0x90) + MEMBER(b"a", 0x91) + MEMBER(b"a", 0x92) + MEMBER(b"c", 0x93)),
        ("one key twice",
         ROSTER + u32(3) + u32(1) + fill(0x90) + MEMBER(b"a", 0x91) + MEMBER(b"b", 0x91) + MEMBER(b"c", 0x93)),
        ("the coordinator as a site",
         ROSTER + u32(3) + u32(1) + fill(0x90) + MEMBER(b"a", 0x90) + MEMBER(b"b", 0x92) + MEMBER(b"c", 0x93)),
        ("all but one collude",
         ROSTER + u32(3) + u32(2) + fill(0x90) + MEMBER(b"a", 0x91) + MEMBER(b"b", 0x92) + MEMBER(b"c", 0x93)),
        ("a name that is not ASCII",
         ROSTER + u32(3) + u32(1) + fill(0x90) + MEMBER(b"\xc3", 0x91) + MEMBER(b"b", 0x92) + MEMBER(b"c", 0x93)),
        ("a site without a name",
         ROSTER + u32(3) + u32(1) + fill(0x90) + MEMBER(b"", 0x91) + MEMBER(b"b", 0x92) + MEMBER(b"c", 0x93)),
    ],
    "policy": [("fast 2", POLICY + u8(2) + fill(0x88) + fill(0x89))],
    "codec": [
        ("no segment", CODEC + u32(0)),
        ("no site", label("codec") + u32(0) + u32(1) + REALS),
        ("a kind that does not exist", CODEC + u32(1) + u8(9) + REALS[1:]),
        ("one name twice", CODEC + u32(2) + REALS + REALS),
        ("a range that is no number", CODEC + u32(1) + u8(1) + lp(b"x") + u32(3) + DOUBLE_NAN + u8(16)),
        ("a range of nothing", CODEC + u32(1) + u8(1) + lp(b"x") + u32(3) + bytes(8) + u8(16)),
        ("one bit", CODEC + u32(1) + u8(1) + lp(b"x") + u32(3) + DOUBLE_ONE + u8(1)),
        ("49 bits", CODEC + u32(1) + u8(1) + lp(b"x") + u32(3) + DOUBLE_ONE + u8(49)),
        ("no element", CODEC + u32(1) + u8(1) + lp(b"x") + u32(0) + DOUBLE_ONE + u8(16)),
        ("a name that is not ASCII", CODEC + u32(1) + u8(1) + lp(b"\xe9") + u32(3) + DOUBLE_ONE + u8(16)),
        ("a rotation in blocks of three",
         CODEC + u32(1) + u8(4) + lp(b"x") + u32(3) + DOUBLE_ONE + u8(16) + u8(1) + DOUBLE_ONE + u32(3) + fill(1)),
        ("a rounding that does not exist",
         CODEC + u32(1) + u8(4) + lp(b"x") + u32(3) + DOUBLE_ONE + u8(16) + u8(3) + DOUBLE_ONE + u32(4) + fill(1)),
    ],
}

# --- Ed25519, RFC 8032, as slowly and plainly as possible -----------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def x_of(y, sign):
    """The x of RFC 8032 §5.1.3, or None."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square or (x == 0 and sign):
        return None
    return P - x if x % 2 != sign else x


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P)


def times(n, point):
    out = (0, 1)
    while n:
        if n & 1:
            out = add(out, point)
        point, n = add(point, point), n >> 1
    return out


def encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (x_of(BASE_Y, 0), BASE_Y)


def number(data):
    return int.from_bytes(hashlib.sha512(data).digest(), "little")


def secret(seed):
    h = bytearray(hashlib.sha512(seed).digest())
    h[0] &= 248
    h[31] = h[31] & 127 | 64
    return int.from_bytes(h[:32], "little"), bytes(h[32:])


def sign(seed, message):
    a, prefix = secret(seed)
    public = encode(times(a, BASE))
    r = number(prefix + message) % L
    big_r = encode(times(r, BASE))
    s = (r + number(big_r + public + message) * a) % L
    return public, big_r, s


def small_order():
    """The eight points whose multiple by eight is the neutral one."""
    y = 2
    while True:
        x = x_of(y, 0)
        if x is not None:
            torsion = times(L, (x, y))
            points = [times(k, torsion) for k in range(8)]
            if len(set(points)) == 8:
                return points
        y += 1


def bad_keys():
    for k, point in enumerate(small_order()):
        yield "a point of small order (%d)" % k, encode(point)
    yield "y = p, not reduced", P.to_bytes(32, "little")
    yield "y = p + 1, not reduced", (P + 1).to_bytes(32, "little")
    yield "y = 2^255 - 1, not reduced", (2**255 - 1).to_bytes(32, "little")
    yield "y = p with a sign", (P | 1 << 255).to_bytes(32, "little")
    yield "x = 0 with a sign", (1 | 1 << 255).to_bytes(32, "little")
    off = [y for y in range(2, 60) if x_of(y, 0) is None][:3]
    for y in off:
        yield "no point has y = %d" % y, y.to_bytes(32, "little")
    good = encode(times(5, BASE))
    yield "31 bytes", good[:31]
    yield "33 bytes", good + b"\0"
    yield "nothing", b""


def bad_signatures(seed, message):
    public, big_r, s = sign(seed, message)
    good = big_r + s.to_bytes(32, "little")
    yield "S + L", big_r + (s + L).to_bytes(32, "little")
    yield "S + 2L", big_r + (s + 2 * L).to_bytes(32, "little")
    yield "S = L", big_r + L.to_bytes(32, "little")
    yield "S with its highest bit set", big_r + (s | 1 << 255).to_bytes(32, "little")
    yield "S = 0", big_r + bytes(32)
    yield "R with another sign", big_r[:31] + bytes([big_r[31] ^ 0x80]) + good[32:]
    yield "R = p + 1, the neutral point not reduced", (P + 1).to_bytes(32, "little") + good[32:]
    yield "R of all ones", b"\xff" * 32 + good[32:]
    torsion = small_order()[1]
    yield "R moved by a point of small order", encode(add((x_of(int.from_bytes(big_r, "little") & (1 << 255) - 1,
                                                          big_r[31] >> 7),
                                                     int.from_bytes(big_r, "little") & (1 << 255) - 1),
                                                    torsion)) + good[32:]
    yield "63 bytes", good[:63]
    yield "65 bytes", good + b"\0"
    yield "nothing", b""
    yield "halves exchanged", good[32:] + good[:32]


def main():
    bodies = []
    for name, body in VALID.items():
        cases = list(common(name, body)) + SPECIAL.get(name, [])
        bodies.append({"layout": name, "valid": body.hex(),
                       "refused": [{"why": why, "bytes": data.hex()} for why, data in cases]})
    seed, message = fill(0x9F), b"what was signed"
    public, big_r, s = sign(seed, message)
    out = {
        "bodies": bodies,
        "keys": {"valid": public.hex(), "refused": [{"why": w, "bytes": k.hex()} for w, k in bad_keys()]},
        "signatures": {"key": public.hex(), "body": message.hex(),
                       "valid": (big_r + s.to_bytes(32, "little")).hex(),
                       "refused": [{"why": w, "bytes": x.hex()} for w, x in bad_signatures(seed, message)]},
    }
    print(json.dumps(out, indent=1))


main()
