// Random numbers and the turbulent step in height; the same arithmetic as random_numbers.py and turbulence.py.
#pragma once
#include <cmath>
#include <cstdint>

namespace {

// Philox 4x32-10: Salmon et al. 2011, doi:10.1145/2063384.2063405.
inline void philox(uint32_t c[4], uint32_t key0, uint32_t key1) {
    for (int round = 0; round < 10; ++round) {
        const uint64_t a = static_cast<uint64_t>(0xD2511F53u) * c[0], b = static_cast<uint64_t>(0xCD9E8D57u) * c[2];
        const uint32_t c1 = c[1], c3 = c[3];
        c[0] = static_cast<uint32_t>(b >> 32) ^ c1 ^ key0; c[1] = static_cast<uint32_t>(b);
        c[2] = static_cast<uint32_t>(a >> 32) ^ c3 ^ key1; c[3] = static_cast<uint32_t>(a);
        key0 += 0x9E3779B9u; key1 += 0xBB67AE85u;
    }
}

inline float unit(uint32_t bits) { return (static_cast<float>(bits >> 9) + 0.5f) * 1.1920928955078125e-7f; }

struct Column {
    float top, speed, damping, thinning, free, depth;
    // Diffusivity over four heights, and its gradient; turbulence.py says why.
    inline void spread(float z, float& value, float& slope) const {
        const float rest = 1.0f - z / top, free_part = free / (z + depth);
        value = free_part; slope = -free_part / (z + depth);
        if (rest > 0.0f) {
            const float stable = 1.0f + damping * z, part = speed * rest / stable;
            value += part * rest;
            slope -= part * (2.0f / top + damping * rest / stable);
        }
        value *= 0.25f; slope *= 0.25f;
    }
};

inline float mixed(const Column& air, float z, float seconds, float n1, float n2, float chance) {
    float here, slope, there, slope_there;
    air.spread(z, here, slope);
    const float r = std::sqrt(z), width = std::sqrt(2.0f * here * seconds);
    const float a = (r + 2.0f * seconds * r * (slope - here * air.thinning)) + width * n1, b = width * n2;
    const float next = a * a + b * b;
    air.spread(next, there, slope_there);
    const float stretch = 1.0f + 2.0f * seconds * (slope_there - there * air.thinning);
    const float back_a = a * stretch - r, back_b = b * stretch;
    const float back = (back_a * back_a + back_b * back_b) / (4.0f * there * seconds);
    const float gain = (0.5f * (n1 * n1 + n2 * n2) - back) - (next - z) * air.thinning;
    return chance * there < here * std::exp(gain) ? next : z;
}

}  // namespace
