// Steps of the tagged transport model on a CPU. Arrays are C-ordered; `level` runs over member and layer;
// tags are innermost, and a vector holds neighbouring tags. See forcing.py for shapes and units.
// Compiled once for each REAL, float or double.
#include "schemes.h"

#include <cstring>
#include <vector>
#if defined(__SSE__)
#include <immintrin.h>
#endif

template <class R> struct Step {
    int members, layers, rows, columns, species, tags, base_tags, y_first;
    R seconds;
    R *q;                                       // [level, y, x, species, tag], or its adjoint
    R *base;                                    // [level, y, x, species, base tag]: the state linearised about
    const R *mass, *flux_x, *flux_y, *flux_z;
    const int *parts_x, *parts_y, *parts_z;     // sub-steps: [level], [level], [member, y, x]
    const R *west, *east, *south, *north, *top; // outside values [level, y | x, species, tag], [member, species, tag]
    R *back_west, *back_east, *back_south, *back_north, *back_top; // their adjoints
    const R *mixing, *deposition, *settling, *kept, *converted;
    const int *settles;                         // [species]: index in settling, or -1
    const int *reaction_source, *reaction_product;
    const R *reaction_factor;
    int reactions, emission_layers;
    R *emitted;                                 // adjoint of emission [member, emitting layer, y, x, species, tag], or null
    const long long *emission_first;            // [y * x + 1]
    const int *emission_layer, *emission_slot;  // slot = species * tags + tag
    const R *emission_rate;                     // kg s-1
};

namespace {

constexpr int MOST_LAYERS = 64;
constexpr int BLOCK = 16;

template <class R, int W> struct Lanes {
    typedef R type __attribute__((vector_size(W * sizeof(R))));
};

// A vector of W lanes of which N hold tags; the rest is idle.
template <int W, int N> struct Width {
    static constexpr int lanes = W, count = N;
};

template <class Wide, class R> using Vector = typename Lanes<R, Wide::lanes>::type;

template <class Wide, class R> INLINE Vector<Wide, R> load(const R *from) {
    Vector<Wide, R> v = {};
    std::memcpy(&v, from, Wide::count * sizeof(R));
    return v;
}
template <class Wide, class R> INLINE void store(R *to, Vector<Wide, R> v) { std::memcpy(to, &v, Wide::count * sizeof(R)); }

// The base has as many tags as the adjoint, or one that serves all.
template <class Wide, class R> INLINE Vector<Wide, R> load_base(const R *from, bool one) {
    if (!one) return load<Wide>(from);
    return Vector<Wide, R>{} + *from;
}

// Calls work(first tag, width) for a run of tags: in vectors of 16 and 8, and one vector for what is left.
template <class Work> INLINE void in_vectors(int tags, const Work &work) {
    int t = 0;
    if constexpr (sizeof(REAL) == 4)
        for (; tags - t >= 16; t += 16) work(t, Width<16, 16>{});
    for (; tags - t >= 8; t += 8) work(t, Width<8, 8>{});
    switch (tags - t) {
    case 1: return work(t, Width<1, 1>{});
    case 2: return work(t, Width<4, 2>{});
    case 3: return work(t, Width<4, 3>{});
    case 4: return work(t, Width<4, 4>{});
    case 5: return work(t, Width<8, 5>{});
    case 6: return work(t, Width<8, 6>{});
    case 7: return work(t, Width<8, 7>{});
    }
}

// One sweep along a line of n cells, `stride` numbers apart; faces are `face_stride` apart.
template <class Wide, class R, class V = Vector<Wide, R>>
INLINE void sweep(R *q, long stride, int n, V before, V after, const Face<R> *faces, long face_stride,
                  const R *inverse, long cell_stride) {
    V ll = before, l = before, r = load<Wide>(q), rr = n > 1 ? load<Wide>(q + stride) : after, carry = before - before;
    for (int f = 0; f <= n; ++f) {
        V to_l, to_r;
        through(ll, l, r, rr, faces[f * face_stride], to_l, to_r);
        if (f > 0) store<Wide>(q + (f - 1) * stride, never_negative(l + (carry + to_l) * inverse[(f - 1) * cell_stride]));
        carry = to_r;
        ll = l;
        l = r;
        r = rr;
        rr = f + 2 < n ? load<Wide>(q + (f + 2) * stride) : after;
    }
}

// Transpose of `sweep` about the base line b; what flows back to the outside is added to back_before, back_after.
template <class Wide, class R, class V = Vector<Wide, R>>
INLINE void back_sweep(R *q, long stride, int n, const R *b, long base_stride, bool one, V base_before, V base_after,
                       V &back_before, V &back_after, const Face<R> *faces, long face_stride, const R *inverse,
                       long cell_stride) {
    const V zero = base_before - base_before;
    V ll = base_before, l = base_before, r = load_base<Wide>(b, one);
    V rr = n > 1 ? load_base<Wide>(b + base_stride, one) : base_after;
    V sum_ll = zero, sum_l = zero, sum_r = load<Wide>(q), old_l = zero, old_r = sum_r * inverse[0];
    for (int f = 0; f <= n; ++f) {
        const Face<R> &face = faces[f * face_stride];
        V slope_d, slope_u, sum_rr = f + 1 < n ? load<Wide>(q + (f + 1) * stride) : zero;
        const V next = f + 1 < n ? sum_rr * inverse[(f + 1) * cell_stride] : zero;
        if (face.flux >= 0) slopes(r - l, l - ll, face, slope_d, slope_u);
        else slopes(l - r, r - rr, face, slope_d, slope_u);
        back_through(old_l, old_r, slope_d, slope_u, face.flux, sum_ll, sum_l, sum_r, sum_rr);
        if (f > 1) store<Wide>(q + (f - 2) * stride, sum_ll);
        else back_before += sum_ll;
        sum_ll = sum_l;
        sum_l = sum_r;
        sum_r = sum_rr;
        old_l = old_r;
        old_r = next;
        ll = l;
        l = r;
        r = rr;
        rr = f + 2 < n ? load_base<Wide>(b + (f + 2) * base_stride, one) : base_after;
    }
    if (n > 0) store<Wide>(q + (n - 1) * stride, sum_ll);
    back_after += sum_l + sum_r;
}

// Air of one level on its way through the horizontal sweeps: masses, faces and inverse masses.
template <class R> struct Level {
    int rows, columns;
    std::vector<R> mass, inverse;
    std::vector<Face<R>> faces;

    Level(const Step<R> &step, int level)
        : rows(step.rows), columns(step.columns), mass(rows * columns), inverse(rows * columns),
          faces((rows + 1) * (columns + 1)) {
        std::memcpy(mass.data(), step.mass + long(level) * rows * columns, mass.size() * sizeof(R));
    }

    // Faces across lines whose cells lie `along` apart, faces `face_along` apart; `flux` in kg of this part.
    void prepare_x(const R *flux, R seconds) {
        for (int y = 0; y < rows; ++y)
            for (int f = 0; f <= columns; ++f) {
                const R *row = flux + long(y) * (columns + 1), passing = row[f] * seconds;
                const int u = passing >= 0 ? f - 1 : f;
                faces[long(y) * (columns + 1) + f] = u < 0 || u >= columns
                    ? Face<R>{passing, 0, 0, 0}
                    : even_face(passing, mass[y * columns + u],
                                (most(row[u + 1], R(0)) - least(row[u], R(0))) * seconds);
            }
        for (int y = 0; y < rows; ++y)
            for (int x = 0; x < columns; ++x) {
                const R *row = flux + long(y) * (columns + 1);
                finish(y * columns + x, (row[x] - row[x + 1]) * seconds);
            }
    }
    void prepare_y(const R *flux, R seconds) {
        for (int f = 0; f <= rows; ++f)
            for (int x = 0; x < columns; ++x) {
                const R passing = flux[long(f) * columns + x] * seconds;
                const int u = passing >= 0 ? f - 1 : f;
                faces[long(f) * columns + x] = u < 0 || u >= rows
                    ? Face<R>{passing, 0, 0, 0}
                    : even_face(passing, mass[u * columns + x],
                                (most(flux[long(u + 1) * columns + x], R(0)) - least(flux[long(u) * columns + x], R(0))) * seconds);
            }
        for (int y = 0; y < rows; ++y)
            for (int x = 0; x < columns; ++x)
                finish(y * columns + x, (flux[long(y) * columns + x] - flux[long(y + 1) * columns + x]) * seconds);
    }

  private:
    void finish(int cell, R gain) {
        mass[cell] += gain;
        inverse[cell] = 1 / mass[cell];
    }
};

template <class R> struct Side { const R *before, *after; R *back_before, *back_after; };

// Visits the horizontal parts of a step in order: visit(true for x, number of the part, parts).
template <class R, class Visit> void parts_in_order(const Step<R> &step, int level, const Visit &visit) {
    for (int half = 0; half < 2; ++half) {
        const bool x = (half == 0) != (step.y_first != 0);
        const int parts = x ? step.parts_x[level] : step.parts_y[level];
        for (int part = 0; part < parts; ++part) visit(x, parts);
    }
}

template <class R> void prepare(Level<R> &air, const Step<R> &step, int level, bool x, int parts) {
    const long cells = long(step.rows) * step.columns;
    if (x) air.prepare_x(step.flux_x + level * (cells + step.rows), step.seconds / parts);
    else air.prepare_y(step.flux_y + level * (cells + step.columns), step.seconds / parts);
}

template <class R> void forward_part(const Level<R> &air, const Step<R> &step, int level, bool x, R *q, int slots) {
    const int rows = step.rows, columns = step.columns;
    const long row = long(columns) * slots;
    if (x)
        for (int y = 0; y < rows; ++y)
            in_vectors(slots, [&](int c, auto width) {
                using Wide = decltype(width);
                const long outside = (long(level) * rows + y) * slots + c;
                sweep<Wide>(q + y * row + c, slots, columns, load<Wide>(step.west + outside), load<Wide>(step.east + outside),
                         air.faces.data() + long(y) * (columns + 1), 1, air.inverse.data() + y * columns, 1);
            });
    else
        for (int i = 0; i < columns; ++i)
            in_vectors(slots, [&](int c, auto width) {
                using Wide = decltype(width);
                const long outside = (long(level) * columns + i) * slots + c;
                sweep<Wide>(q + long(i) * slots + c, row, rows, load<Wide>(step.south + outside), load<Wide>(step.north + outside),
                         air.faces.data() + i, columns, air.inverse.data() + i, columns);
            });
}

template <class R> void horizontal(const Step<R> &step, int first, int last) {
    const int slots = step.species * step.tags;
    for (int level = first; level < last; ++level) {
        Level<R> air(step, level);
        R *q = step.q + long(level) * step.rows * step.columns * slots;
        parts_in_order(step, level, [&](bool x, int parts) {
            prepare(air, step, level, x, parts);
            forward_part(air, step, level, x, q, slots);
        });
    }
}

template <class R>
void back_part(const Level<R> &air, const Step<R> &step, int level, bool x, R *q, const R *base) {
    const int rows = step.rows, columns = step.columns, lines = x ? rows : columns;
    const bool one = step.base_tags != step.tags;
    const long row = long(columns) * step.species * step.tags, base_row = long(columns) * step.species * step.base_tags;
    const R *before = x ? step.west : step.south, *after = x ? step.east : step.north;
    R *back_before = x ? step.back_west : step.back_south, *back_after = x ? step.back_east : step.back_north;
    for (int line = 0; line < lines; ++line)
        for (int s = 0; s < step.species; ++s)
            in_vectors(step.tags, [&](int t, auto width) {
                using Wide = decltype(width);
                const long slot = s * step.tags + t, base_slot = s * step.base_tags + (one ? 0 : t);
                const long outside = (long(level) * lines + line) * step.species * step.tags + slot;
                const long base_outside = (long(level) * lines + line) * step.species * step.base_tags + base_slot;
                const long step_q = x ? long(step.species) * step.tags : row;
                const long step_b = x ? long(step.species) * step.base_tags : base_row;
                auto back_b = load<Wide>(back_before + outside), back_a = load<Wide>(back_after + outside);
                back_sweep<Wide>(q + (x ? line * row : long(line) * step.species * step.tags) + slot, step_q, x ? columns : rows,
                              base + (x ? line * base_row : long(line) * step.species * step.base_tags) + base_slot, step_b, one,
                              load_base<Wide>(before + base_outside, one), load_base<Wide>(after + base_outside, one), back_b, back_a,
                              air.faces.data() + (x ? long(line) * (columns + 1) : line), x ? 1 : columns,
                              air.inverse.data() + (x ? line * columns : line), x ? 1 : columns);
                store<Wide>(back_before + outside, back_b);
                store<Wide>(back_after + outside, back_a);
            });
}

template <class R> void horizontal_back(const Step<R> &step, int first, int last) {
    const int slots = step.species * step.base_tags;
    const long cells = long(step.rows) * step.columns;
    struct Past { bool x; Level<R> air; std::vector<R> base; };
    for (int level = first; level < last; ++level) {
        Level<R> air(step, level);
        const R *start = step.base + level * cells * slots;
        std::vector<R> base(start, start + cells * slots);
        std::vector<Past> past;
        parts_in_order(step, level, [&](bool x, int parts) {
            prepare(air, step, level, x, parts);
            past.push_back({x, air, base});
            forward_part(air, step, level, x, base.data(), slots);
        });
        R *q = step.q + level * cells * step.species * step.tags;
        for (auto part = past.rbegin(); part != past.rend(); ++part)
            back_part(part->air, step, level, part->x, q, part->base.data());
    }
}

// The air of up to BLOCK neighbouring columns: what all their tags share.
template <class R> struct Columns {
    R before[MOST_LAYERS][BLOCK], mass[MOST_LAYERS][BLOCK], flux[MOST_LAYERS + 1][BLOCK];
    Face<R> faces[MOST_LAYERS + 1][BLOCK];
    R weight[MOST_LAYERS][BLOCK]; // inverse mass after the part in hand

    // Air mass after the horizontal sweeps, and upward flux of the whole step.
    void gather(const Step<R> &step, int member, int y, int x, int count) {
        const long rows = step.rows, columns = step.columns, cells = rows * columns;
        for (int k = 0; k <= step.layers; ++k) {
            const R *up = step.flux_z + ((long(member) * (step.layers + 1) + k) * rows + y) * columns + x;
            for (int i = 0; i < count; ++i) flux[k][i] = up[i] * step.seconds;
        }
        for (int k = 0; k < step.layers; ++k) {
            const long level = long(member) * step.layers + k;
            const R *m = step.mass + level * cells + y * columns + x;
            const R *east = step.flux_x + level * (cells + rows) + y * (columns + 1) + x;
            const R *north = step.flux_y + level * (cells + columns) + y * columns + x;
            for (int i = 0; i < count; ++i)
                before[k][i] = m[i] + step.seconds * (east[i] - east[i + 1] + north[i] - north[i + columns]);
        }
        std::memcpy(mass, before, sizeof before);
    }
    // Faces of one part of the vertical sweep; parts[i] may differ, and columns that are done have no flux.
    void prepare(int layers, int part, const int *parts, int count) {
        for (int k = 0; k <= layers; ++k)
            for (int i = 0; i < count; ++i) {
                const R share = part < parts[i] ? R(1) / parts[i] : R(0), passing = flux[k][i] * share;
                const int u = passing >= 0 ? k - 1 : k;
                if (u < 0 || u >= layers) {
                    faces[k][i] = {passing, 0, 0, 0};
                    continue;
                }
                const int far = passing >= 0 ? u - 1 : u + 1, next = passing >= 0 ? u + 1 : u - 1;
                faces[k][i] = uneven_face(passing, mass[far < 0 || far >= layers ? u : far][i], mass[u][i],
                                          mass[next < 0 || next >= layers ? u : next][i],
                                          (most(flux[u + 1][i], R(0)) - least(flux[u][i], R(0))) * share);
            }
        for (int k = 0; k < layers; ++k)
            for (int i = 0; i < count; ++i) {
                const R share = part < parts[i] ? R(1) / parts[i] : R(0);
                mass[k][i] += (flux[k][i] - flux[k + 1][i]) * share;
                weight[k][i] = 1 / mass[k][i];
            }
    }
};

// The implicit solver's numbers of one species for a block of columns.
template <class R> struct Solver {
    R inverse[MOST_LAYERS][BLOCK], coupling[MOST_LAYERS][BLOCK], lower[MOST_LAYERS][BLOCK];

    void prepare(const Step<R> &step, const Columns<R> &air, int member, int species, int y, int x, int count) {
        const long cells = long(step.rows) * step.columns, at = long(y) * step.columns + x;
        const int which = step.settles[species];
        R below[BLOCK], falling[BLOCK];
        const R *ground = step.deposition + (long(member) * step.species + species) * cells + at;
        for (int i = 0; i < count; ++i) below[i] = ground[i] * step.seconds;
        auto settling = [&](int k, R *out) {
            const R *s = which < 0 || k >= step.layers ? nullptr
                : step.settling + ((long(member) * settling_species(step) + which) * step.layers + k) * cells + at;
            for (int i = 0; i < count; ++i) out[i] = s ? s[i] * step.seconds : R(0);
        };
        settling(0, falling);
        for (int k = 0; k < step.layers; ++k) {
            R above[BLOCK];
            settling(k + 1, above);
            const R *g = k + 1 < step.layers ? step.mixing + (long(member) * (step.layers - 1) + k) * cells + at : nullptr;
            for (int i = 0; i < count; ++i) {
                const R mixing = g ? g[i] * step.seconds : R(0);
                const R rest = air.mass[k][i] + falling[i] + below[i], pivot = 1 / (rest + mixing);
                lower[k][i] = mixing;
                inverse[k][i] = pivot;
                coupling[k][i] = (mixing + above[i]) * pivot;
                below[i] = mixing * (rest - above[i]) * pivot;
                falling[i] = above[i];
            }
        }
    }
    static int settling_species(const Step<R> &step) {
        int most_index = -1;
        for (int s = 0; s < step.species; ++s) most_index = step.settles[s] > most_index ? step.settles[s] : most_index;
        return most_index + 1;
    }
    template <class V> void solve(V *q, const Columns<R> &air, int layers, int i) const {
        V below = q[0] - q[0];
        for (int k = 0; k < layers; ++k) {
            q[k] = (air.mass[k][i] * q[k] + (k ? lower[k - 1][i] : R(0)) * below) * inverse[k][i];
            below = q[k];
        }
        for (int k = layers - 2; k >= 0; --k) q[k] += coupling[k][i] * q[k + 1];
    }
    template <class V> void solve_back(V *q, const Columns<R> &air, int layers, int i) const {
        for (int k = 1; k < layers; ++k) q[k] += coupling[k - 1][i] * q[k - 1];
        V above = q[0] - q[0];
        for (int k = layers - 1; k >= 0; --k) {
            above = (q[k] + lower[k][i] * above) * inverse[k][i];
            q[k] = air.mass[k][i] * above;
        }
    }
};

struct Place { int member, y, x, count; };

template <class R, class Visit> void in_blocks(const Step<R> &step, int first, int last, const Visit &visit) {
    for (int line = first; line < last; ++line)
        for (int x = 0; x < step.columns; x += BLOCK)
            visit(Place{line / step.rows, line % step.rows, x, least(BLOCK, step.columns - x)});
}

template <class R> INLINE const R *cell_rate(const Step<R> &step, const R *rates, int kinds, const Place &at, int kind, int k, int i) {
    return rates + (((long(at.member) * kinds + kind) * step.layers + k) * step.rows + at.y) * step.columns + at.x + i;
}

template <class R, class V> INLINE void react(const Step<R> &step, const Place &at, int i, V (*q)[MOST_LAYERS]) {
    for (int n = 0; n < step.reactions && step.converted; ++n)
        for (int k = 0; k < step.layers; ++k) {
            const V used = *cell_rate(step, step.converted, step.reactions, at, n, k, i) * q[step.reaction_source[n]][k];
            q[step.reaction_source[n]][k] -= used;
            q[step.reaction_product[n]][k] += step.reaction_factor[n] * used;
        }
    for (int s = 0; s < step.species && step.kept; ++s)
        for (int k = 0; k < step.layers; ++k) q[s][k] *= *cell_rate(step, step.kept, step.species, at, s, k, i);
}

template <class R, class V> INLINE void react_back(const Step<R> &step, const Place &at, int i, V (*q)[MOST_LAYERS]) {
    for (int s = 0; s < step.species && step.kept; ++s)
        for (int k = 0; k < step.layers; ++k) q[s][k] *= *cell_rate(step, step.kept, step.species, at, s, k, i);
    for (int n = step.converted ? step.reactions - 1 : -1; n >= 0; --n)
        for (int k = 0; k < step.layers; ++k) {
            const R share = *cell_rate(step, step.converted, step.reactions, at, n, k, i);
            V &source = q[step.reaction_source[n]][k];
            source += share * (step.reaction_factor[n] * q[step.reaction_product[n]][k] - source);
        }
}

constexpr int MOST_SPECIES = 32;

template <class R> int most_parts(const int *parts, int count) {
    int n = 0;
    for (int i = 0; i < count; ++i) n = parts[i] > n ? parts[i] : n;
    return n;
}

template <class R> INLINE void emit(const Step<R> &step, const Place &at, R *q, int slots, const Columns<R> &air) {
    if (!step.emission_first) return;
    const long level_stride = long(step.rows) * step.columns * slots;
    for (int i = 0; i < at.count; ++i) {
        const long column = long(at.y) * step.columns + at.x + i;
        for (long long n = step.emission_first[column]; n < step.emission_first[column + 1]; ++n) {
            const int k = step.emission_layer[n];
            q[k * level_stride + long(i) * slots + step.emission_slot[n]] += step.emission_rate[n] * step.seconds / air.before[k][i];
        }
    }
}

template <class R> void column(const Step<R> &step, int first, int last) {
    const int slots = step.species * step.tags, layers = step.layers;
    const long level_stride = long(step.rows) * step.columns * slots;
    std::vector<Columns<R>> parts_air;
    std::vector<Solver<R>> solvers(step.species);
    in_blocks(step, first, last, [&](const Place &at) {
        const int *parts = step.parts_z + (long(at.member) * step.rows + at.y) * step.columns + at.x;
        const int n = most_parts<R>(parts, at.count);
        if (int(parts_air.size()) < n) parts_air.resize(n);
        for (int part = 0; part < n; ++part) {
            if (part == 0) parts_air[0].gather(step, at.member, at.y, at.x, at.count);
            else parts_air[part] = parts_air[part - 1];
            parts_air[part].prepare(layers, part, parts, at.count);
        }
        const Columns<R> &air = parts_air[n - 1];
        for (int s = 0; s < step.species; ++s) solvers[s].prepare(step, air, at.member, s, at.y, at.x, at.count);
        R *block = step.q + long(at.member) * layers * level_stride + (long(at.y) * step.columns + at.x) * slots;
        emit(step, at, block, slots, air);
        for (int i = 0; i < at.count; ++i)
            in_vectors(step.tags, [&](int t, auto width) {
                using Wide = decltype(width);
                using V = Vector<Wide, R>;
                V q[MOST_SPECIES][MOST_LAYERS];
                for (int s = 0; s < step.species; ++s) {
                    const int slot = s * step.tags + t;
                    for (int k = 0; k < layers; ++k) q[s][k] = load<Wide>(block + k * level_stride + long(i) * slots + slot);
                    const V above = load<Wide>(step.top + long(at.member) * slots + slot);
                    for (int part = 0; part < parts[i]; ++part)
                        sweep<Width<Wide::lanes, Wide::lanes>>(reinterpret_cast<R *>(q[s]), Wide::lanes, layers, q[s][0], above,
                                 &parts_air[part].faces[0][i], BLOCK, &parts_air[part].weight[0][i], BLOCK);
                    solvers[s].solve(q[s], air, layers, i);
                }
                react(step, at, i, q);
                for (int s = 0; s < step.species; ++s)
                    for (int k = 0; k < layers; ++k)
                        store<Wide>(block + k * level_stride + long(i) * slots + s * step.tags + t, q[s][k]);
            });
    });
}

template <class R> void column_back(const Step<R> &step, int first, int last) {
    const int slots = step.species * step.tags, layers = step.layers, base_slots = step.species * step.base_tags;
    const bool one = step.base_tags != step.tags;
    const long cells = long(step.rows) * step.columns, level_stride = cells * slots, base_stride = cells * base_slots;
    std::vector<Columns<R>> parts_air;
    std::vector<Solver<R>> solvers(step.species);
    in_blocks(step, first, last, [&](const Place &at) {
        const int *parts = step.parts_z + (long(at.member) * step.rows + at.y) * step.columns + at.x;
        const int n = most_parts<R>(parts, at.count);
        if (int(parts_air.size()) < n) parts_air.resize(n);
        for (int part = 0; part < n; ++part) {
            if (part == 0) parts_air[0].gather(step, at.member, at.y, at.x, at.count);
            else parts_air[part] = parts_air[part - 1];
            parts_air[part].prepare(layers, part, parts, at.count);
        }
        const Columns<R> &air = parts_air[n - 1];
        for (int s = 0; s < step.species; ++s) solvers[s].prepare(step, air, at.member, s, at.y, at.x, at.count);
        const long here = long(at.y) * step.columns + at.x;
        R *block = step.q + long(at.member) * layers * level_stride + here * slots;
        R *base_block = step.base + long(at.member) * layers * base_stride + here * base_slots;
        emit(step, at, base_block, base_slots, air);
        for (int i = 0; i < at.count; ++i)
            in_vectors(step.tags, [&](int t, auto width) {
                using Wide = decltype(width);
                using V = Vector<Wide, R>;
                constexpr int W = Wide::lanes;
                V q[MOST_SPECIES][MOST_LAYERS];
                for (int s = 0; s < step.species; ++s)
                    for (int k = 0; k < layers; ++k)
                        q[s][k] = load<Wide>(block + k * level_stride + long(i) * slots + s * step.tags + t);
                react_back(step, at, i, q);
                std::vector<V> past(long(layers) * parts[i]);
                for (int s = 0; s < step.species; ++s) {
                    solvers[s].solve_back(q[s], air, layers, i);
                    const int base_slot = s * step.base_tags + (one ? 0 : t);
                    V now[MOST_LAYERS], back_below = q[s][0] - q[s][0];
                    for (int k = 0; k < layers; ++k) now[k] = load_base<Wide>(base_block + k * base_stride + long(i) * base_slots + base_slot, one);
                    const V above = load_base<Wide>(step.top + long(at.member) * base_slots + base_slot, one);
                    for (int part = 0; part < parts[i]; ++part) {
                        std::memcpy(past.data() + long(part) * layers, now, layers * sizeof(V));
                        if (part + 1 < parts[i])
                            sweep<Width<W, W>>(reinterpret_cast<R *>(now), W, layers, now[0], above, &parts_air[part].faces[0][i], BLOCK,
                                     &parts_air[part].weight[0][i], BLOCK);
                    }
                    V back_above = q[s][0] - q[s][0];
                    for (int part = parts[i] - 1; part >= 0; --part) {
                        const R *b = reinterpret_cast<const R *>(past.data() + long(part) * layers);
                        back_sweep<Width<W, W>>(reinterpret_cast<R *>(q[s]), W, layers, b, W, false, load<Width<W, W>>(b), above, back_below, back_above,
                                      &parts_air[part].faces[0][i], BLOCK, &parts_air[part].weight[0][i], BLOCK);
                    }
                    if (step.back_top) {
                        R *to = step.back_top + ((long(at.member) * step.rows + at.y) * slots + s * step.tags + t);
                        store<Wide>(to, load<Wide>(to) + back_above);
                    }
                }
                for (int s = 0; s < step.species; ++s)
                    for (int k = 0; k < layers; ++k) {
                        const long at_slot = long(i) * slots + s * step.tags + t;
                        store<Wide>(block + k * level_stride + at_slot, q[s][k]);
                        if (!step.emitted || k >= step.emission_layers) continue;
                        R *to = step.emitted + (long(at.member) * step.emission_layers + k) * level_stride + here * slots + at_slot;
                        store<Wide>(to, load<Wide>(to) + q[s][k] * (step.seconds / air.before[k][i]));
                    }
            });
    });
}

} // namespace

// Far from all sources tags fade to numbers too small for full precision, which a CPU handles a hundred times
// slower; below 1e-38 they are nothing. The thread's own setting is put back afterwards.
struct TinyIsZero {
#if defined(__SSE__)
    const unsigned before = _mm_getcsr();
    TinyIsZero() { _mm_setcsr(before | 0x8040); }
    ~TinyIsZero() { _mm_setcsr(before); }
#elif defined(__aarch64__)
    unsigned long before;
    TinyIsZero() {
        asm volatile("mrs %0, fpcr" : "=r"(before));
        asm volatile("msr fpcr, %0" ::"r"(before | (1ul << 24)));
    }
    ~TinyIsZero() { asm volatile("msr fpcr, %0" ::"r"(before)); }
#else
    TinyIsZero() {}
#endif
};

// Threads that share a piece of work call the same door; each takes the next `chunk` items until none is left.
template <class Work> void share(int items, int chunk, int *next, const Work &work) {
    const TinyIsZero setting;
    for (;;) {
        const int first = __atomic_fetch_add(next, chunk, __ATOMIC_RELAXED);
        if (first >= items) return;
        work(first, least(first + chunk, items));
    }
}

extern "C" {
void horizontal_door(const Step<REAL> *step, int *next) {
    share(step->members * step->layers, 1, next, [&](int a, int b) { horizontal(*step, a, b); });
}
void horizontal_back_door(const Step<REAL> *step, int *next) {
    share(step->members * step->layers, 1, next, [&](int a, int b) { horizontal_back(*step, a, b); });
}
void column_door(const Step<REAL> *step, int *next) {
    share(step->members * step->rows, 4, next, [&](int a, int b) { column(*step, a, b); });
}
void column_back_door(const Step<REAL> *step, int *next) {
    share(step->members * step->rows, 4, next, [&](int a, int b) { column_back(*step, a, b); });
}
}
