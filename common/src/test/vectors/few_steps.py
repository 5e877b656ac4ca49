#!/usr/bin/env python3
"""Bounds on epsilon for a few steps in which a record is rarely sampled, for reference.csv.

Written apart from the accountant: the privacy loss of removing a record is put on a grid twice, each loss moved down and
each moved up, and both laws are convolved by a plain Fourier transform (rounding 1e-16 against a delta of 1e-9 and more).
The true epsilon of that direction, which is the larger one here, lies between the two answers. Needs numpy.
"""
import math

import numpy as np

GRID, REACH = 1e-4, 9.0
CASES = [
    (1.031586284645462, 0.0040822653767614075, 4, 2.6620415678839593e-8),
    (1.031586284645462, 0.0040822653767614075, 1, 2.6620415678839593e-8),
    (1.031586284645462, 0.0040822653767614075, 2, 2.6620415678839593e-8),
    (1.031586284645462, 0.0040822653767614075, 16, 2.6620415678839593e-8),
    (0.8, 0.001, 3, 1e-6),
    (0.8, 0.002, 10, 1e-7),
    (1.2, 0.01, 5, 1e-9),
    (1.5, 0.03, 6, 1e-8),
    (0.9, 0.0005, 2, 1e-8),
    (2.0, 0.02, 8, 1e-7),
]


def above(x):
    return 0.5 * math.erfc(x / math.sqrt(2))


def chances(z, rate):
    """P(loss >= point) for the points of the grid, the record being there."""
    shift = 1 / z
    first = math.floor(math.log1p(-rate) / GRID) - 1
    tails = []
    for cell in range(int(REACH / GRID) + 1):
        odds = math.expm1((first + cell) * GRID) / rate
        t = -math.inf if odds <= -1 else math.log1p(odds) / shift + shift / 2
        tails.append((1 - rate) * above(t) + rate * above(t - shift))
    return first, np.array(tails)


def epsilon(z, rate, steps, delta, up):
    first, tails = chances(z, rate)
    masses = tails[:-1] - tails[1:]
    lost = 1 - (1 - tails[-1]) ** steps if up else 0.0
    length = 1 << math.ceil(math.log2(len(masses) * steps + 2))
    total = np.fft.irfft(np.fft.rfft(masses, length) ** steps, length)[: len(masses) * steps]
    losses = (steps * (first + (1 if up else 0)) + np.arange(len(total))) * GRID
    total = np.maximum(total, 0)
    low, high = 0.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        more = losses > middle
        reached = lost - np.sum(np.expm1(middle - losses[more]) * total[more])
        low, high = (middle, high) if reached > delta else (low, middle)
    return high


for z, rate, steps, delta in CASES:
    least = epsilon(z, rate, steps, delta, False)
    most = epsilon(z, rate, steps, delta, True)
    print(
        f"poisson_gaussian,{z},{rate},{steps},{delta},{(least + most) / 2},BOUNDS,"
        f"common/src/test/vectors/few_steps.py,lower={least};upper={most}"
    )
