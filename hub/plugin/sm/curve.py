"""The SM2 curve (GB/T 32918.5): point addition and multiplication in Jacobian coordinates.

(x, y, z) stands for (x/z², y/z³). Sums then need no division, and one modular inverse at the end (`affine`) replaces
one per step, which is what makes this fast enough in pure Python.
"""

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)

Point = tuple[int, int]
Jacobian = tuple[int, int, int]
# Any point with z = 0 is the point at infinity; all functions here test z alone.
INFINITY: Jacobian = (1, 1, 0)


def on_curve(point: Point) -> bool:
    """Whether the coordinates are in the field and satisfy the curve's equation."""
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def doubled(point: Jacobian) -> Jacobian:
    """The point added to itself, by the shorter formula for curves with a = -3 (dbl-2001-b)."""
    x, y, z = point
    if not z or not y:
        return INFINITY
    delta, gamma = z * z % P, y * y % P
    beta, alpha = x * gamma % P, 3 * (x - delta) * (x + delta) % P
    x3 = (alpha * alpha - 8 * beta) % P
    z3 = ((y + z) * (y + z) - gamma - delta) % P
    return x3, (alpha * (4 * beta - x3) - 8 * gamma * gamma) % P, z3


def added(one: Jacobian, other: Jacobian) -> Jacobian:
    """The sum of two points."""
    if not one[2]:
        return other
    if not other[2]:
        return one
    (x1, y1, z1), (x2, y2, z2) = one, other
    zz1, zz2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * zz2 % P, x2 * zz1 % P
    s1, s2 = y1 * z2 * zz2 % P, y2 * z1 * zz1 % P
    h, r = (u2 - u1) % P, (s2 - s1) % P
    # Equal x: the same point, for which the formula below would divide by zero, or its opposite.
    if not h:
        return INFINITY if r else doubled(one)
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - s1 * hhh) % P, z1 * z2 * h % P


def times(number: int, point: Point) -> Jacobian:
    """The point multiplied by a number from 0 to N.

    A Montgomery ladder over the number plus N or 2N, which gives the same point and always takes the same number of
    steps, so the number's length does not show in the time. Python's integers themselves are not constant-time: use it
    on machines of our own, not where strangers share the processor.
    """
    # Whichever of the two sums has one bit more than N: every ladder then has the same length.
    fixed = number + N if (number + N).bit_length() > N.bit_length() else number + 2 * N
    low, high = INFINITY, (point[0], point[1], 1)
    for place in reversed(range(fixed.bit_length())):
        both = added(low, high)
        low, high = (both, doubled(high)) if fixed >> place & 1 else (doubled(low), both)
    return low


def affine(point: Jacobian) -> Point | None:
    """The point's coordinates; None for the point at infinity."""
    x, y, z = point
    if not z:
        return None
    inverse = pow(z, -1, P)
    square = inverse * inverse % P
    return x * square % P, y * square * inverse % P
