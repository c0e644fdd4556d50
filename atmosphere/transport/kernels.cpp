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
    R *emitted;                                 // adjoint of emission [member, emitting layer, y, x, species, tag]
    const long long *emission_first;            // [y * x + 1]
    const int *emission_layer, *emission_slot;  // slot = species * tags + tag
    const R *emission_rate;                     // kg s-1
};

typedef REAL BlockOfColumns __attribute__((vector_size(16 * sizeof(REAL))));
template <> struct Number<BlockOfColumns> {
    static INLINE_STATIC BlockOfColumns of(double c) { return BlockOfColumns{} + REAL(c); }
};

namespace {

constexpr int MOST_LAYERS = 64;
constexpr int BLOCK = 16;

template <class R, int W> struct Lanes {
    typedef R type __attribute__((vector_size(W * sizeof(R))));
};

// Numbers of a whole block of neighbouring columns.
typedef Lanes<REAL, BLOCK>::type Row;

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

// Faces of a line, each number in an array of its own.
template <class R> struct Faces {
    const R *flux, *down, *up, *cap;
    long stride;
    INLINE_STATIC Face<R> operator[](int f) const { return {flux[f * stride], down[f * stride], up[f * stride], cap[f * stride]}; }
};

// One sweep along a line of n cells, `stride` numbers apart.
template <class Wide, class R, class V = Vector<Wide, R>>
INLINE void sweep(R *q, long stride, int n, V before, V after, const Faces<R> &faces,
                  const R *inverse, long cell_stride) {
    V ll = before, l = before, r = load<Wide>(q), rr = n > 1 ? load<Wide>(q + stride) : after, carry = before - before;
    for (int f = 0; f <= n; ++f) {
        V to_l, to_r;
        through(ll, l, r, rr, faces[f], to_l, to_r);
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
                       V &back_before, V &back_after, const Faces<R> &faces, const R *inverse, long cell_stride) {
    const V zero = base_before - base_before;
    V ll = base_before, l = base_before, r = load_base<Wide>(b, one);
    V rr = n > 1 ? load_base<Wide>(b + base_stride, one) : base_after;
    V sum_ll = zero, sum_l = zero, sum_r = load<Wide>(q), old_l = zero, old_r = sum_r * inverse[0];
    for (int f = 0; f <= n; ++f) {
        const Face<R> face = faces[f];
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
    std::vector<R> mass, inverse, flux, down, up, cap, out;

    Level(const Step<R> &step, int level)
        : rows(step.rows), columns(step.columns), mass(rows * columns), inverse(rows * columns) {
        for (auto *plane : {&flux, &down, &up, &cap, &out}) plane->resize(long(rows + 1) * (columns + 1));
        std::memcpy(mass.data(), step.mass + long(level) * rows * columns, mass.size() * sizeof(R));
    }
    Faces<R> row(int y) const { return faces(long(y) * (columns + 1), 1); }
    Faces<R> column(int x) const { return faces(x, columns); }

    // Faces across rows; `passing` in kg s-1, of which this part takes `seconds`.
    void prepare_x(const R *passing, R seconds) {
        for (int y = 0; y < rows; ++y) {
            const R *given = passing + long(y) * (columns + 1);
            const long at = long(y) * (columns + 1);
            for (int f = 0; f <= columns; ++f) flux[at + f] = given[f] * seconds;
            leaving(columns, &flux[at], &flux[at + 1], &out[at]);
            weigh(columns - 1, &flux[at + 1], &mass[y * columns], &mass[y * columns + 1], &out[at], &out[at + 1], at + 1);
            edge(at, 0, y * columns, at);
            edge(at + columns, 1, y * columns + columns - 1, at + columns - 1);
            finish(columns, &flux[at], &flux[at + 1], y * columns);
        }
    }
    void prepare_y(const R *passing, R seconds) {
        const long all = long(rows + 1) * columns;
        for (long f = 0; f < all; ++f) flux[f] = passing[f] * seconds;
        leaving(rows * columns, flux.data(), &flux[columns], out.data());
        weigh((rows - 1) * columns, &flux[columns], mass.data(), &mass[columns], out.data(), &out[columns], columns);
        for (int x = 0; x < columns; ++x) {
            edge(x, 0, x, x);
            edge(long(rows) * columns + x, 1, (rows - 1) * columns + x, long(rows - 1) * columns + x);
        }
        finish(rows * columns, flux.data(), &flux[columns], 0);
    }

  private:
    Faces<R> faces(long first, long stride) const { return {&flux[first], &down[first], &up[first], &cap[first], stride}; }
    // Air that leaves each cell through its lower and upper face.
    static void leaving(int n, const R *__restrict lower, const R *__restrict upper, R *__restrict to) {
        for (int i = 0; i < n; ++i) to[i] = most(upper[i], R(0)) - least(lower[i], R(0));
    }
    void weigh(int n, const R *__restrict passing, const R *__restrict left, const R *__restrict right,
               const R *__restrict out_left, const R *__restrict out_right, long to) {
        R *__restrict to_down = &down[to], *__restrict to_up = &up[to], *__restrict to_cap = &cap[to];
        for (int i = 0; i < n; ++i) {
            const bool forward = passing[i] >= 0;
            const R here = forward ? left[i] : right[i], leaves = forward ? out_left[i] : out_right[i];
            const Face<R> face = even_face(passing[i], here, leaves);
            to_down[i] = face.down;
            to_up[i] = face.up;
            to_cap[i] = face.cap;
        }
    }
    // A face at the edge: air from outside brings its value as it is.
    void edge(long face, int upper, int cell, long out_at) {
        const bool leaves = upper ? flux[face] >= 0 : flux[face] < 0;
        const Face<R> found = leaves ? even_face(flux[face], mass[cell], out[out_at]) : Face<R>{flux[face], 0, 0, 0};
        down[face] = found.down;
        up[face] = found.up;
        cap[face] = found.cap;
    }
    void finish(int n, const R *__restrict lower, const R *__restrict upper, int first) {
        R *__restrict left = &mass[first], *__restrict over = &inverse[first];
        for (int i = 0; i < n; ++i) {
            left[i] += lower[i] - upper[i];
            over[i] = 1 / left[i];
        }
    }
};

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
                         air.row(y), air.inverse.data() + y * columns, 1);
            });
    else
        for (int i = 0; i < columns; ++i)
            in_vectors(slots, [&](int c, auto width) {
                using Wide = decltype(width);
                const long outside = (long(level) * columns + i) * slots + c;
                sweep<Wide>(q + long(i) * slots + c, row, rows, load<Wide>(step.south + outside), load<Wide>(step.north + outside),
                         air.column(i), air.inverse.data() + i, columns);
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
                              x ? air.row(line) : air.column(line),
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

INLINE Row row_of(const REAL *from, int count) {
    if (count == BLOCK) return load<Width<BLOCK, BLOCK>>(from);
    Row row = Number<Row>::of(1); // idle columns: any air
    std::memcpy(&row, from, count * sizeof(REAL));
    return row;
}
INLINE const REAL *numbers(const Row *rows) { return reinterpret_cast<const REAL *>(rows); }

// The air of up to BLOCK neighbouring columns: what all their tags share.
struct Columns {
    Row before[MOST_LAYERS], mass[MOST_LAYERS], flux[MOST_LAYERS + 1];
    Row passing[MOST_LAYERS + 1], down[MOST_LAYERS + 1], up[MOST_LAYERS + 1], cap[MOST_LAYERS + 1];
    Row weight[MOST_LAYERS]; // inverse mass after the part in hand

    Faces<REAL> faces(int i) const { return {numbers(passing) + i, numbers(down) + i, numbers(up) + i, numbers(cap) + i, BLOCK}; }
    const REAL *weights(int i) const { return numbers(weight) + i; }

    // Air mass after the horizontal sweeps, and upward flux of the whole step.
    void gather(const Step<REAL> &step, int member, int y, int x, int count) {
        const long rows = step.rows, columns = step.columns, cells = rows * columns;
        for (int k = 0; k <= step.layers; ++k)
            flux[k] = step.seconds * row_of(step.flux_z + ((long(member) * (step.layers + 1) + k) * rows + y) * columns + x, count);
        for (int k = 0; k < step.layers; ++k) {
            const long level = long(member) * step.layers + k;
            const REAL *east = step.flux_x + level * (cells + rows) + y * (columns + 1) + x;
            const REAL *north = step.flux_y + level * (cells + columns) + y * columns + x;
            before[k] = row_of(step.mass + level * cells + y * columns + x, count) +
                step.seconds * (row_of(east, count) - row_of(east + 1, count) + row_of(north, count) - row_of(north + columns, count));
            mass[k] = before[k];
        }
    }
    // Faces of one part of the vertical sweep; `share` differs by column, and is 0 where a column is done.
    void prepare(int layers, Row share) {
        const Row none = share - share;
        Row out[MOST_LAYERS];
        for (int k = 0; k <= layers; ++k) passing[k] = flux[k] * share;
        for (int k = 0; k < layers; ++k) out[k] = most(passing[k + 1], none) - least(passing[k], none);
        for (int k = 0; k <= layers; ++k) {
            const int low = k > 0 ? k - 1 : 0, high = k < layers ? k : layers - 1;
            const int lowest = k > 1 ? k - 2 : 0, highest = k + 1 < layers ? k + 1 : layers - 1;
            const Row p = passing[k];
            const Row here = p >= none ? mass[low] : mass[high], leaves = p >= none ? out[low] : out[high];
            const Row far = p >= none ? mass[lowest] : mass[highest], next = p >= none ? mass[high] : mass[low];
            const Face<Row> face = uneven_face(p, far, here, next, leaves);
            down[k] = face.down;
            up[k] = face.up;
            cap[k] = face.cap;
            if (k == 0) down[k] = up[k] = cap[k] = none;
            if (k == layers) {
                down[k] = p >= none ? down[k] : none;
                up[k] = p >= none ? up[k] : none;
                cap[k] = p >= none ? cap[k] : none;
            }
        }
        for (int k = 0; k < layers; ++k) {
            mass[k] += passing[k] - passing[k + 1];
            weight[k] = Number<Row>::of(1) / mass[k];
        }
    }
};

// Share of the step that one part of the vertical sweep takes in each column.
INLINE Row share_of(int part, const int *parts, int count) {
    Row share = Row{};
    for (int i = 0; i < count; ++i) share[i] = part < parts[i] ? REAL(1) / parts[i] : REAL(0);
    return share;
}

// The implicit solver's numbers of one species for a block of columns.
struct Solver {
    Row inverse[MOST_LAYERS], coupling[MOST_LAYERS], lower[MOST_LAYERS];

    void prepare(const Step<REAL> &step, const Columns &air, int settling_species, int member, int species, int y, int x, int count) {
        const long cells = long(step.rows) * step.columns, at = long(y) * step.columns + x;
        const int which = step.settles[species];
        const REAL *falls = which < 0 ? nullptr : step.settling + (long(member) * settling_species + which) * step.layers * cells + at;
        Row below = step.seconds * row_of(step.deposition + (long(member) * step.species + species) * cells + at, count);
        const Row none = below - below;
        Row falling = falls ? step.seconds * row_of(falls, count) : none;
        for (int k = 0; k < step.layers; ++k) {
            const bool top = k + 1 == step.layers;
            const Row above = falls && !top ? step.seconds * row_of(falls + (k + 1) * cells, count) : none;
            const Row mixing = top ? none : step.seconds * row_of(step.mixing + (long(member) * (step.layers - 1) + k) * cells + at, count);
            const Row rest = air.mass[k] + falling + below, pivot = Number<Row>::of(1) / (rest + mixing);
            lower[k] = mixing;
            inverse[k] = pivot;
            coupling[k] = (mixing + above) * pivot;
            below = mixing * (rest - above) * pivot;
            falling = above;
        }
    }
    template <class V> void solve(V *q, const Columns &air, int layers, int i) const {
        const REAL *m = numbers(air.mass) + i, *g = numbers(lower) + i, *p = numbers(inverse) + i, *c = numbers(coupling) + i;
        V below = q[0] - q[0];
        for (int k = 0; k < layers; ++k)
            below = q[k] = (m[k * BLOCK] * q[k] + (k ? g[(k - 1) * BLOCK] : REAL(0)) * below) * p[k * BLOCK];
        for (int k = layers - 2; k >= 0; --k) q[k] += c[k * BLOCK] * q[k + 1];
    }
    template <class V> void solve_back(V *q, const Columns &air, int layers, int i) const {
        const REAL *m = numbers(air.mass) + i, *g = numbers(lower) + i, *p = numbers(inverse) + i, *c = numbers(coupling) + i;
        for (int k = 1; k < layers; ++k) q[k] += c[(k - 1) * BLOCK] * q[k - 1];
        V above = q[0] - q[0];
        for (int k = layers - 1; k >= 0; --k) {
            above = (q[k] + g[k * BLOCK] * above) * p[k * BLOCK];
            q[k] = m[k * BLOCK] * above;
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

// What all tags of a block of columns share: the air of each part of the vertical sweep, and the solvers.
struct Block {
    std::vector<Columns> parts;
    std::vector<Solver> solvers;
    const int *number; // parts of each column
    int settling_species = 0, last = 0;

    explicit Block(const Step<REAL> &step) : solvers(step.species) {
        for (int s = 0; s < step.species; ++s) settling_species = most(settling_species, step.settles[s] + 1);
    }
    // The air after all parts.
    const Columns &air() const { return parts[last]; }

    void prepare(const Step<REAL> &step, const Place &at) {
        number = step.parts_z + (long(at.member) * step.rows + at.y) * step.columns + at.x;
        last = 0;
        for (int i = 0; i < at.count; ++i) last = most(last, number[i] - 1);
        if (int(parts.size()) <= last) parts.resize(last + 1);
        for (int part = 0; part <= last; ++part) {
            if (part == 0) parts[0].gather(step, at.member, at.y, at.x, at.count);
            else parts[part] = parts[part - 1];
            parts[part].prepare(step.layers, share_of(part, number, at.count));
        }
        for (int s = 0; s < step.species; ++s)
            solvers[s].prepare(step, air(), settling_species, at.member, s, at.y, at.x, at.count);
    }
};

template <class R> INLINE void emit(const Step<R> &step, const Place &at, R *q, int slots, const Columns &air) {
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
    Block shared(step);
    in_blocks(step, first, last, [&](const Place &at) {
        shared.prepare(step, at);
        const Columns &air = shared.air();
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
                    for (int part = 0; part < shared.number[i]; ++part)
                        sweep<Width<Wide::lanes, Wide::lanes>>(reinterpret_cast<R *>(q[s]), Wide::lanes, layers, q[s][0], above,
                                 shared.parts[part].faces(i), shared.parts[part].weights(i), BLOCK);
                    shared.solvers[s].solve(q[s], air, layers, i);
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
    Block shared(step);
    in_blocks(step, first, last, [&](const Place &at) {
        shared.prepare(step, at);
        const Columns &air = shared.air();
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
                std::vector<V> past(long(layers) * shared.number[i]);
                for (int s = 0; s < step.species; ++s) {
                    shared.solvers[s].solve_back(q[s], air, layers, i);
                    const int base_slot = s * step.base_tags + (one ? 0 : t);
                    V now[MOST_LAYERS], back_below = q[s][0] - q[s][0];
                    for (int k = 0; k < layers; ++k) now[k] = load_base<Wide>(base_block + k * base_stride + long(i) * base_slots + base_slot, one);
                    const V above = load_base<Wide>(step.top + long(at.member) * base_slots + base_slot, one);
                    for (int part = 0; part < shared.number[i]; ++part) {
                        std::memcpy(past.data() + long(part) * layers, now, layers * sizeof(V));
                        if (part + 1 < shared.number[i])
                            sweep<Width<W, W>>(reinterpret_cast<R *>(now), W, layers, now[0], above, shared.parts[part].faces(i),
                                     shared.parts[part].weights(i), BLOCK);
                    }
                    V back_above = q[s][0] - q[s][0];
                    for (int part = shared.number[i] - 1; part >= 0; --part) {
                        const R *b = reinterpret_cast<const R *>(past.data() + long(part) * layers);
                        back_sweep<Width<W, W>>(reinterpret_cast<R *>(q[s]), W, layers, b, W, false, load<Width<W, W>>(b), above, back_below, back_above,
                                      shared.parts[part].faces(i), shared.parts[part].weights(i), BLOCK);
                    }
                    R *to = step.back_top + ((long(at.member) * step.rows + at.y) * slots + s * step.tags + t);
                    store<Wide>(to, load<Wide>(to) + back_above);
                }
                for (int s = 0; s < step.species; ++s)
                    for (int k = 0; k < layers; ++k) {
                        const long at_slot = long(i) * slots + s * step.tags + t;
                        store<Wide>(block + k * level_stride + at_slot, q[s][k]);
                        if (k >= step.emission_layers) continue;
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
