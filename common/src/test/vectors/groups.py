"""Known answers for groups of sites, written from the specification alone (common/docs/PROTOCOL.md §6; Blanchard et al. 2017;
Yin et al. 2018). Nothing of the Java code is used. Run: python3 groups.py > ../resources/vectors/v1/groups.json

Every number is a multiple of 1/8 and small, so that sums are exact in any order and only one rounding is left."""
import hashlib
import itertools
import json
import random
import struct
from fractions import Fraction

# --- AES-256, encryption of one block (FIPS 197) --------------------------------------------------------------------


def xtime(a):
    return (a << 1) ^ (0x11B if a & 0x80 else 0)


def gmul(a, b):
    out = 0
    while b:
        if b & 1:
            out ^= a
        a, b = xtime(a), b >> 1
    return out


def sbox(a):
    inverse = next(b for b in range(256) if gmul(a, b) == 1) if a else 0
    out = 0x63
    for turn in range(5):
        out ^= (inverse << turn | inverse >> 8 - turn) & 0xFF
    return out


SBOX = [sbox(a) for a in range(256)]


def schedule(key):
    words = [list(key[i:i + 4]) for i in range(0, 32, 4)]
    rcon = 1
    for i in range(8, 60):
        word = words[i - 1]
        if i % 8 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= rcon
            rcon = xtime(rcon)
        elif i % 8 == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(words[i - 8], word)])
    return [sum(words[i:i + 4], []) for i in range(0, 60, 4)]


def encrypt(keys, block):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for turn in range(1, 15):
        state = [SBOX[b] for b in state]
        state = [state[(i + 4 * (i % 4)) % 16] for i in range(16)]
        if turn < 14:
            mixed = []
            for c in range(0, 16, 4):
                col = state[c:c + 4]
                mixed += [
                    gmul(col[r], 2) ^ gmul(col[(r + 1) % 4], 3) ^ col[(r + 2) % 4] ^ col[(r + 3) % 4]
                    for r in range(4)
                ]
            state = mixed
        state = [a ^ b for a, b in zip(state, keys[turn])]
    return bytes(state)


FIPS = encrypt(schedule(bytes(range(32))), bytes.fromhex("00112233445566778899aabbccddeeff"))
assert FIPS.hex() == "8ea2b7ca516745bfeafc49904b496089"

# --- groups of a roster -----------------------------------------------------------------------------------------------


def u32(x):
    return x.to_bytes(4, "big")


def lp(x):
    return u32(len(x)) + x


def label(s):
    return lp(b"confide/sa/v1/" + s.encode())


def order(seed, n):
    keys, left, block = schedule(seed), [], 0
    ring = list(range(n))
    for last in range(n - 1, 0, -1):
        while True:
            if not left:
                left = list(struct.unpack(">4I", encrypt(keys, block.to_bytes(16, "big"))))
                block += 1
            value = left.pop(0)
            if value < 2**32 - 2**32 % (last + 1):
                break
        other = value % (last + 1)
        ring[last], ring[other] = ring[other], ring[last]
    return ring


def roster(n, c, version):
    members = [(b"site-%d" % i, bytes([i % 256, 1 + i // 256]) * 16) for i in range(n)]
    body = label("roster") + version.to_bytes(8, "big") + u32(n) + u32(c) + bytes([0xEE]) * 32
    return body + b"".join(lp(name) + key for name, key in members)


def partition(n, c, count, version):
    blocks = n // (max(3, c + 2) + 1)
    assert 1 <= count <= blocks
    hashed = hashlib.sha256(roster(n, c, version)).digest()
    ring = order(hashlib.sha256(label("groups") + hashed).digest(), n)
    starts = [b * n // blocks for b in range(blocks + 1)]
    cuts = [starts[g * blocks // count] for g in range(count + 1)]
    return [sorted(ring[cuts[g]:cuts[g + 1]]) for g in range(count)]


PARTITIONS = [
    {"sites": n, "colluders": c, "groups": g, "version": v, "members": partition(n, c, g, v)}
    for n, c, g, v in (
        (12, 1, 3, 1), (13, 0, 3, 1), (20, 1, 5, 1), (20, 1, 3, 1), (20, 1, 3, 2), (21, 2, 4, 7),
        (9, 1, 1, 1), (150, 4, 7, 3), (203, 3, 33, 1),
    )
]

# --- combinations -----------------------------------------------------------------------------------------------------


def single(x):
    return struct.unpack(">f", struct.pack(">f", x))[0]


def trimmed(vectors, cut):
    out = []
    for column in zip(*vectors):
        kept = sorted(column)[cut:len(column) - cut]
        out.append(single(float(Fraction(sum(map(Fraction, kept))) / len(kept))))
    return out


def ranking(vectors, f):
    count = len(vectors)
    scores = []
    for i, one in enumerate(vectors):
        far = sorted(
            sum((Fraction(a) - Fraction(b)) ** 2 for a, b in zip(one, other))
            for j, other in enumerate(vectors) if j != i
        )
        scores.append((sum(far[:count - f - 2]), i))
    return [i for _, i in sorted(scores)]


def combined(how, f, vectors):
    count = len(vectors)
    if how == "median":
        return trimmed(vectors, (count - 1) // 2)
    if how == "trimmed-mean":
        return trimmed(vectors, f)
    best = ranking(vectors, f)
    return vectors[best[0]] if how == "krum" else trimmed([vectors[i] for i in best[:count - f]], 0)


rng = random.Random(20170)
COMBINATIONS = []
for how, count, f in (
    ("median", 3, 1), ("median", 4, 1), ("median", 7, 3), ("trimmed-mean", 3, 1), ("trimmed-mean", 6, 1),
    ("trimmed-mean", 7, 2), ("krum", 5, 1), ("krum", 8, 2), ("krum", 9, 3), ("multi-krum", 5, 1), ("multi-krum", 9, 3),
):
    for spread in (8, 800):
        vectors = [[rng.randrange(-spread, spread + 1) / 8 for _ in range(5)] for _ in range(count)]
        COMBINATIONS.append({
            "combine": how, "tolerated": f, "vectors": vectors, "combined": combined(how, f, vectors),
        })
# Of two with the same score the first is taken.
TIED = [[0.0], [1.0], [2.0], [3.0], [4.0]]
COMBINATIONS.append({"combine": "krum", "tolerated": 1, "vectors": TIED, "combined": combined("krum", 1, TIED)})

# --- chances: every set of dishonest sites is tried -------------------------------------------------------------------


def chance(sizes, dishonest, tolerated):
    group = [g for g, size in enumerate(sizes) for _ in range(size)]
    tried = list(itertools.combinations(group, dishonest))
    bad = sum(1 for each in tried if len(set(each)) > tolerated)
    return float(Fraction(bad, len(tried)))


CHANCES = [
    {"sizes": sizes, "dishonest": c, "tolerated": f, "chance": chance(sizes, c, f)}
    for sizes, c, f in (
        ([4, 4, 4], 1, 1), ([4, 4, 4], 2, 1), ([5, 6, 9], 3, 1), ([4, 4, 4, 4, 4], 3, 2), ([6, 7, 8], 0, 1),
        ([4, 5, 4, 5, 4], 5, 3),
    )
]

print(json.dumps({"partitions": PARTITIONS, "combinations": COMBINATIONS, "chances": CHANCES}, indent=1))
