// Particles carried through one interval of the weather; the same arithmetic as reference.py.
//
// A node of the weather is four floats: the rates of the two grid indices, the vertical rate and the vertical
// coordinate. The levels of a column lie side by side, so two neighbouring levels are one 32-byte load.
#include <cmath>
#include <cstdint>

#include "turbulence.h"

typedef float Pair __attribute__((vector_size(32), aligned(4)));

struct Wind {
    const float *before, *after;                  // (row, column, level, 4) at both ends of the interval
    const float *surface_before, *surface_after;  // (row, column, 8), or null without turbulence
    int32_t rows, columns, levels, round;         // round: the columns go round the earth
};

struct Course {
    float step_s, weight, weight_step;  // signed step; place of the first step in the interval, its change
    int32_t steps, first_step, scheme;  // scheme: 2 midpoint, 4 Runge-Kutta
};

struct Turbulence {
    float horizontal, free, free_depth;  // m2 s-1, m2 s-1, m
    uint32_t seed, first_particle;
};

struct Particles {
    float *column, *row, *height;
    int32_t *level, *state, *last_step;  // state: 0 inside, 1 left through a side, 2 through the top
};

namespace {

constexpr int INSIDE = 0, SIDE = 1, TOP = 2;

struct Place { float column, row, height; };
struct Rate { float column, row, height; };

inline Pair load(const float* at) { return *reinterpret_cast<const Pair*>(at); }

struct Corners {
    float w00, w01, w10, w11;
    int64_t node;
    inline void locate(const Wind& wind, float column, float row) {
        int32_t i = static_cast<int32_t>(column), j = static_cast<int32_t>(row);
        i = i > wind.columns - 2 ? wind.columns - 2 : i;
        j = j > wind.rows - 2 ? wind.rows - 2 : j;
        const float x = column - static_cast<float>(i), y = row - static_cast<float>(j);
        const float rest_x = 1.0f - x, rest_y = 1.0f - y;
        w00 = rest_x * rest_y; w01 = x * rest_y; w10 = rest_x * y; w11 = x * y;
        node = static_cast<int64_t>(j) * wind.columns + i;
    }
    inline Pair blend(const float* at, int64_t column, int64_t row) const {
        return ((w00 * load(at) + w01 * load(at + column)) + w10 * load(at + row)) + w11 * load(at + row + column);
    }
};

inline bool beside(const Wind& wind, float column, float row) {
    return !(column >= 0.0f && column <= static_cast<float>(wind.columns - 1) && row >= 0.0f &&
             row <= static_cast<float>(wind.rows - 1));
}

inline float around(const Wind& wind, float column) {
    if (!wind.round) return column;
    const float turn = static_cast<float>(wind.columns - 1);
    if (column < 0.0f) return column + turn;
    return column >= turn ? column - turn : column;
}

// Rates at a place; a place below the ground is lifted to it.
inline int rate_at(const Wind& wind, Place& at, float weight, int32_t& level, Rate& rate) {
    at.column = around(wind, at.column);
    if (beside(wind, at.column, at.row)) return SIDE;
    Corners corners;
    corners.locate(wind, at.column, at.row);
    const int64_t column = 4LL * wind.levels, row = column * wind.columns;
    const int64_t base = corners.node * column;
    int32_t k = level;
    Pair pair;
    for (;;) {
        const Pair early = corners.blend(wind.before + base + 4 * k, column, row);
        const Pair late = corners.blend(wind.after + base + 4 * k, column, row);
        pair = early + weight * (late - early);
        if (at.height >= pair[7] && k < wind.levels - 2) { ++k; continue; }
        if (at.height < pair[3] && k > 0) { --k; continue; }
        break;
    }
    level = k;
    if (at.height < pair[3]) at.height = pair[3];
    if (!(at.height <= pair[7])) return TOP;
    const float part = (at.height - pair[3]) / (pair[7] - pair[3]);
    rate.column = pair[0] + part * (pair[4] - pair[0]);
    rate.row = pair[1] + part * (pair[5] - pair[1]);
    rate.height = pair[2] + part * (pair[6] - pair[2]);
    return INSIDE;
}

inline Place moved(const Place& from, const Rate& rate, float seconds) {
    return {from.column + seconds * rate.column, from.row + seconds * rate.row, from.height + seconds * rate.height};
}

template <int scheme>
inline int carry(const Wind& wind, const Course& course, float weight, Place& at, int32_t& level) {
    const float half = 0.5f * course.step_s, middle = weight + 0.5f * course.weight_step;
    Rate first, second;
    if (int left = rate_at(wind, at, weight, level, first)) return left;
    Place trial = moved(at, first, half);
    if (int left = rate_at(wind, trial, middle, level, second)) return left;
    if (scheme == 2) { at = moved(at, second, course.step_s); return INSIDE; }
    Rate third, fourth;
    trial = moved(at, second, half);
    if (int left = rate_at(wind, trial, middle, level, third)) return left;
    trial = moved(at, third, course.step_s);
    if (int left = rate_at(wind, trial, weight + course.weight_step, level, fourth)) return left;
    const Rate mean = {
        ((first.column + 2.0f * second.column) + 2.0f * third.column + fourth.column) / 6.0f,
        ((first.row + 2.0f * second.row) + 2.0f * third.row + fourth.row) / 6.0f,
        ((first.height + 2.0f * second.height) + 2.0f * third.height + fourth.height) / 6.0f};
    at = moved(at, mean, course.step_s);
    return INSIDE;
}

inline int stir(const Wind& wind, const Turbulence& turbulence, const Course& course, float weight, uint32_t step,
                uint32_t particle, Place& at) {
    at.column = around(wind, at.column);
    if (beside(wind, at.column, at.row)) return SIDE;
    Corners corners;
    corners.locate(wind, at.column, at.row);
    const int64_t offset = 8 * corners.node, row = 8LL * wind.columns;
    const Pair early = corners.blend(wind.surface_before + offset, 8, row);
    const Pair late = corners.blend(wind.surface_after + offset, 8, row);
    const Pair surface = early + weight * (late - early);
    uint32_t bits[4] = {particle, step, 0u, 0u};
    philox(bits, turbulence.seed, 0u);
    const float size = std::sqrt(-2.0f * std::log(unit(bits[0]))), angle = 6.2831853071795864f * unit(bits[1]);
    const float seconds = std::fabs(course.step_s);
    const Column air = {surface[0], surface[1], surface[2], surface[3], turbulence.free, turbulence.free_depth};
    const float above = at.height > 0.0f ? at.height : 0.0f;
    at.height = mixed(air, above, seconds, size * std::cos(angle), size * std::sin(angle), unit(bits[2]));
    const float reach = std::sqrt(24.0f * turbulence.horizontal * seconds);
    at.column += reach * surface[4] * ((static_cast<float>(bits[3] & 0xFFFFu) + 0.5f) / 65536.0f - 0.5f);
    at.row += reach * surface[5] * ((static_cast<float>(bits[3] >> 16) + 0.5f) / 65536.0f - 0.5f);
    return INSIDE;
}

template <int scheme, bool turbulent>
void advance_all(const Wind& wind, const Course& course, const Turbulence& turbulence, const Particles& all,
                 int64_t begin, int64_t end) {
    for (int64_t p = begin; p < end; ++p) {
        if (all.state[p] != INSIDE) continue;
        Place at = {all.column[p], all.row[p], all.height[p]};
        int32_t level = all.level[p];
        int left = INSIDE, step = 0;
        for (; step < course.steps; ++step) {
            const float weight = course.weight + static_cast<float>(step) * course.weight_step;
            Place next = at;
            left = carry<scheme>(wind, course, weight, next, level);
            if (turbulent && left == INSIDE)
                left = stir(wind, turbulence, course, weight + course.weight_step,
                            static_cast<uint32_t>(course.first_step + step),
                            turbulence.first_particle + static_cast<uint32_t>(p), next);
            if (left != INSIDE) break;
            at = next;
        }
        const float weight = course.weight + static_cast<float>(course.steps) * course.weight_step;
        Rate ignored;
        if (left == INSIDE) left = rate_at(wind, at, weight, level, ignored);
        all.column[p] = at.column; all.row[p] = at.row; all.height[p] = at.height;
        all.level[p] = level;
        all.state[p] = left;
        if (left != INSIDE) all.last_step[p] = course.first_step + step;
    }
}

}  // namespace

extern "C" void advance(const Wind* wind, const Course* course, const Turbulence* turbulence,
                        const Particles* particles, int64_t begin, int64_t end) {
    const bool turbulent = wind->surface_before != nullptr;
    auto run = course->scheme == 4 ? (turbulent ? advance_all<4, true> : advance_all<4, false>)
                                   : (turbulent ? advance_all<2, true> : advance_all<2, false>);
    run(*wind, *course, *turbulence, *particles, begin, end);
}
