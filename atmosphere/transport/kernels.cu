// Steps of the tagged transport model on a GPU: one thread for each number, or for each column of one tag.
// Compiled at run time for the sizes of a state, so that no thread divides by a number unknown to the compiler:
// REAL, LAYERS, ROWS, COLUMNS, SPECIES, TAGS, PACK, REACTIONS and the lists SOURCES and PRODUCTS are set then.
// Arrays are as in kernels.cpp; a "level" is a member and layer. A thread of a sweep or a column works on PACK
// neighbouring tags.
#include "schemes.h"

typedef Face<REAL> AirFace;

constexpr int layers = LAYERS, rows = ROWS, columns = COLUMNS, cells = ROWS * COLUMNS;
constexpr int species = SPECIES, tags = TAGS, slots = SPECIES * TAGS;

struct alignas(PACK * sizeof(REAL)) Pack { REAL v[PACK]; };
INLINE Pack load(const REAL *from) { return *reinterpret_cast<const Pack *>(from); }
INLINE void store(REAL *to, const Pack &pack) { *reinterpret_cast<Pack *>(to) = pack; }

// Where a cell lies along the axis of a sweep. Cells are fewer than 2^31; numbers in the state may be more.
struct Along { int i, n, line, cell; };

INLINE long thread_number() { return blockIdx.x * (long)blockDim.x + threadIdx.x; }

// Axis 0: x, 1: y, 2: z. `line` numbers the lines across: [level, y], [level, x] or [member, y, x].
INLINE Along along(int cell, int axis) {
    const int x = cell % columns, row = cell / columns, y = row % rows, level = row / rows;
    if (axis == 0) return {x, columns, row, cell};
    if (axis == 1) return {y, rows, level * columns + x, cell};
    return {level % layers, layers, (level / layers * rows + y) * columns + x, cell};
}
INLINE int stride_of(int axis) { return axis == 0 ? 1 : axis == 1 ? columns : rows * columns; }

// Index of the lower face of a cell in the flux of an axis; the upper face is stride_of(axis) further.
INLINE int face_of(const Along &at, int axis) {
    const int level = at.cell / (columns * rows);
    if (axis == 0) return at.cell + at.cell / columns;
    if (axis == 1) return at.cell + level * columns;
    return at.cell + level / layers * rows * columns;
}
// Air masses of a step: before the first sweep, between the two horizontal ones, after both, at the end;
// masses: [moment, cell]. `number` is that of the step in the interval.
extern "C" __global__ void weigh(const REAL *seconds, const REAL *number, const REAL *mass0, const REAL *drain, const REAL *flux_x,
                                 const REAL *flux_y, const REAL *flux_z, REAL *masses, int y_first, int members) {
    const int cell = thread_number(), all = members * layers * cells;
    if (cell >= all) return;
    REAL gain[3];
    for (int axis = 0; axis < 3; ++axis) {
        const REAL *flux = axis == 0 ? flux_x : axis == 1 ? flux_y : flux_z;
        const int f = face_of(along(cell, axis), axis);
        gain[axis] = *seconds * (flux[f] - flux[f + stride_of(axis)]);
    }
    const REAL start = mass0[cell] - *number * drain[cell];
    masses[cell] = start;
    masses[all + cell] = start + (y_first ? gain[1] : gain[0]);
    masses[2 * all + cell] = start + (gain[0] + gain[1]);
    masses[3 * all + cell] = start + (gain[0] + gain[1]) + gain[2];
}

// Mass of a cell when the sweep along an axis has done a share of its step.
INLINE REAL mass_at(const REAL *masses, int all, int cell, int axis, int y_first, REAL done) {
    const int moment = axis == 2 ? 2 : (axis == 1) != (y_first != 0) ? 1 : 0;
    const REAL before = masses[moment * all + cell];
    return done > 0 ? before + done * (masses[(moment + 1) * all + cell] - before) : before;
}

// Faces and inverse masses of all parts of all sweeps. `stage` counts parts: first those along x, then y, then z.
// faces: [stage, cell, 2] (lower and upper), inverse: [stage, cell].
extern "C" __global__ void air(const REAL *seconds, const REAL *masses, const REAL *flux_x, const REAL *flux_y, const REAL *flux_z,
                               const int *parts_x, const int *parts_y, const int *parts_z, AirFace *faces, REAL *inverse,
                               int in_x, int in_y, int in_z, int y_first, int members) {
    const int all = members * layers * cells;
    const unsigned task = thread_number(), pair = task / 2, stage = pair / all;
    const int cell = pair % all, side = task % 2;
    if (stage >= (unsigned)(in_x + in_y + in_z)) return;
    const int axis = stage < (unsigned)in_x ? 0 : stage < (unsigned)(in_x + in_y) ? 1 : 2;
    const int part = stage - (axis > 0 ? in_x : 0) - (axis > 1 ? in_y : 0);
    const Along at = along(cell, axis);
    const int stride = stride_of(axis), f = face_of(at, axis), level = cell / cells;
    const int parts = axis == 0 ? parts_x[level] : axis == 1 ? parts_y[level] : parts_z[at.line];
    const REAL *flux = axis == 0 ? flux_x : axis == 1 ? flux_y : flux_z;
    const REAL done = least((REAL)part / parts, (REAL)1), share = part < parts ? *seconds / parts : 0;
    const REAL passing = flux[f + side * stride] * share;
    const int u = at.i + side - (passing >= 0 ? 1 : 0);
    AirFace face = {passing, 0, 0, 0};
    if (u >= 0 && u < at.n) {
        const int here = cell + (u - at.i) * stride, g = f + (u - at.i) * stride;
        const REAL out = (most(flux[g + stride], (REAL)0) - least(flux[g], (REAL)0)) * share;
        const REAL mass = mass_at(masses, all, here, axis, y_first, done);
        const int far = passing >= 0 ? u - 1 : u + 1, next = passing >= 0 ? u + 1 : u - 1;
        if (axis < 2) face = even_face(passing, mass, out);
        else
            face = uneven_face(passing, far < 0 || far >= at.n ? mass : mass_at(masses, all, cell + (far - at.i) * stride, axis, y_first, done),
                               mass, next < 0 || next >= at.n ? mass : mass_at(masses, all, cell + (next - at.i) * stride, axis, y_first, done), out);
    }
    faces[2 * ((long)stage * all + cell) + side] = face;
    if (!side) inverse[(long)stage * all + cell] = 1 / mass_at(masses, all, cell, axis, y_first, least((REAL)(part + 1) / parts, (REAL)1));
}

// Reads a line of mixing ratios with what lies outside; the ground repeats the lowest cell.
struct Line {
    const REAL *q, *before, *after;
    long stride;
    int n;
    INLINE const REAL *at(int i) const { return i < 0 ? (before ? before : q) : i >= n ? after : q + i * stride; }
    INLINE REAL operator[](int i) const { return *at(i); }
};
INLINE Line line_of(const REAL *q, const REAL *before, const REAL *after, const Along &at, int axis, int slots, int slot) {
    const int stride = stride_of(axis), first = at.cell - at.i * stride;
    const long outside = (long)(axis == 2 ? at.line / (rows * columns) : at.line) * slots + slot;
    return {q + (long)first * slots + slot, axis == 2 ? nullptr : before + outside, after + outside, (long)stride * slots, at.n};
}

extern "C" __global__ void sweep(const REAL *q, REAL *swept, const AirFace *faces, const REAL *inverse, const REAL *before,
                                 const REAL *after, int axis, int members) {
    const unsigned number = thread_number(), packs = slots / PACK, cell = number / packs;
    if (cell >= (unsigned)(members * layers * rows * columns)) return;
    const int slot = number % packs * PACK;
    const Along at = along(cell, axis);
    const Line line = line_of(q, before, after, at, axis, slots, slot);
    const AirFace lower = faces[2 * cell], upper = faces[2 * cell + 1];
    const int i = at.i;
    const Pack l = load(line.at(i - 1)), here = load(line.at(i)), r = load(line.at(i + 1));
    const Pack ll = lower.flux >= 0 ? load(line.at(i - 2)) : l, rr = upper.flux >= 0 ? r : load(line.at(i + 2));
    const REAL weight = inverse[cell];
    Pack result;
#pragma unroll
    for (int t = 0; t < PACK; ++t) {
        REAL unused, from_lower, from_upper;
        through(ll.v[t], l.v[t], here.v[t], r.v[t], lower, unused, from_lower);
        through(l.v[t], here.v[t], r.v[t], rr.v[t], upper, from_upper, unused);
        result.v[t] = never_negative(here.v[t] + (from_lower + from_upper) * weight);
    }
    store(swept + (long)cell * slots + slot, result);
}

INLINE void slopes_at(const Line &line, int f, int t, const AirFace &face, REAL &slope_d, REAL &slope_u) {
    const REAL l = line.at(f - 1)[t], r = line.at(f)[t];
    if (face.flux >= 0) slopes(r - l, l - line.at(f - 2)[t], face, slope_d, slope_u);
    else slopes(l - r, r - line.at(f + 1)[t], face, slope_d, slope_u);
}

// Transpose of `sweep`: every cell gathers what flows back through the four faces near it. The base has the
// adjoint's tags, or one that serves all.
extern "C" __global__ void back_sweep(const REAL *adjoint, REAL *before_sweep, const REAL *q, const AirFace *faces, const REAL *inverse,
                                      const REAL *before, const REAL *after, REAL *back_before, REAL *back_after, int axis,
                                      int members, int base_tags) {
    const unsigned number = thread_number(), packs = slots / PACK, cell = number / packs;
    if (cell >= (unsigned)(members * layers * rows * columns)) return;
    const int slot = number % packs * PACK, base_slots = species * base_tags;
    const bool one = base_tags != tags;
    const int base_slot = slot / tags * base_tags + (one ? 0 : slot % tags);
    const Along at = along(cell, axis);
    const int stride = stride_of(axis), first = cell - at.i * stride;
    const Line line = line_of(q, before, after, at, axis, base_slots, base_slot);
    const int from = at.i == 0 && axis < 2 ? -2 : at.i, to = at.i == at.n - 1 ? at.n + 1 : at.i;
    Pack low = {}, high = {}, own = load(adjoint + (long)cell * slots + slot);
    for (int i = from; i <= to; ++i) {
        Pack sum = {};
        for (int f = i - 1; f <= i + 2; ++f) { // faces for which cell i is rr, r, l, ll
            if (f < 0 || f > at.n) continue;
            const int left = first + (f - 1) * stride, right = first + f * stride;
            const AirFace face = f < at.n ? faces[2 * right] : faces[2 * left + 1];
            const Pack nothing = {}, a_l = f > 0 ? load(adjoint + (long)left * slots + slot) : nothing;
            const Pack a_r = f < at.n ? load(adjoint + (long)right * slots + slot) : nothing;
            const REAL w_l = f > 0 ? inverse[left] : 0, w_r = f < at.n ? inverse[right] : 0;
            REAL slope_d, slope_u;
            if (one) slopes_at(line, f, 0, face, slope_d, slope_u);
#pragma unroll
            for (int t = 0; t < PACK; ++t) {
                if (!one) slopes_at(line, f, t, face, slope_d, slope_u);
                REAL back[4] = {0, 0, 0, 0};
                back_through(a_l.v[t] * w_l, a_r.v[t] * w_r, slope_d, slope_u, face.flux, back[0], back[1], back[2], back[3]);
                const int which = i - f + 2;
                sum.v[t] += which == 0 ? back[0] : which == 1 ? back[1] : which == 2 ? back[2] : back[3];
            }
        }
        Pack &goes_to = i < 0 ? low : i >= at.n ? high : own;
        for (int t = 0; t < PACK; ++t) goes_to.v[t] += sum.v[t];
    }
    store(before_sweep + (long)cell * slots + slot, own);
    const long outside = (long)(axis == 2 ? at.line / columns : at.line) * slots + slot;
    for (int t = 0; t < PACK; ++t) {
        if (at.i == 0 && axis < 2) back_before[outside + t] += low.v[t];
        if (at.i < at.n - 1) continue;
        if (axis == 2) atomicAdd(back_after + outside + t, high.v[t]);
        else back_after[outside + t] += high.v[t];
    }
}

// Emissions: one thread for each entry; entries never meet.
extern "C" __global__ void emit(REAL *q, const REAL *seconds, const REAL *mass, const int *column, const int *layer, const int *slot,
                                const REAL *rate, int entries, int members) {
    const long n = thread_number();
    if (n >= entries) return;
    for (int m = 0; m < members; ++m) {
        const long cell = ((long)m * layers + layer[n]) * cells + column[n];
        q[cell * slots + slot[n]] += rate[n] * *seconds / mass[cell];
    }
}

// The implicit solver's numbers: inverse and coupling [member, species, layer, y, x].
extern "C" __global__ void eliminate_columns(const REAL *seconds, const REAL *mass, const REAL *mixing, const REAL *deposition, const REAL *settling,
                                             const int *settles, int settling_species, REAL *inverse, REAL *coupling, int members) {
    const long number = thread_number();
    if (number >= (long)members * SPECIES * cells) return;
    const int at = number % cells, s = number / cells % SPECIES, m = number / ((long)cells * SPECIES), which = settles[s];
    const REAL *falls = which < 0 ? nullptr : settling + ((long)m * settling_species + which) * LAYERS * cells + at;
    REAL below = deposition[number] * *seconds, falling = falls ? falls[0] * *seconds : 0;
    for (int k = 0; k < LAYERS; ++k) {
        const REAL above = falls && k + 1 < LAYERS ? falls[(long)(k + 1) * cells] * *seconds : 0;
        const REAL turbulence = k + 1 < LAYERS ? mixing[((long)m * (LAYERS - 1) + k) * cells + at] * *seconds : 0;
        const REAL rest = mass[((long)m * LAYERS + k) * cells + at] + falling + below, pivot = 1 / (rest + turbulence);
        const long to = (((long)m * SPECIES + s) * LAYERS + k) * cells + at;
        inverse[to] = pivot;
        coupling[to] = (turbulence + above) * pivot;
        below = turbulence * (rest - above) * pivot;
        falling = above;
    }
}

// Solves the columns of one species for PACK tags; `back` solves the transpose.
extern "C" __global__ void mix(REAL *q, const REAL *seconds, const REAL *mass, const REAL *mixing, const REAL *inverse,
                               const REAL *coupling, int back, int members) {
    const unsigned number = thread_number(), packs = SPECIES * tags / PACK, line = number / packs;
    if (line >= (unsigned)(members * cells)) return;
    const int slot = number % packs * PACK, at = line % cells, m = line / cells, s = slot / tags;
    const int first = m * LAYERS * cells + at;
    REAL *column = q + (long)first * slots + slot;
    const long up = (long)cells * slots;
    const REAL *air = mass + first, *g = mixing + m * (LAYERS - 1) * cells + at, step = *seconds;
    const REAL *pivot = inverse + ((m * SPECIES + s) * LAYERS) * cells + at, *couple = coupling + ((m * SPECIES + s) * LAYERS) * cells + at;
    Pack state[LAYERS], carried = {};
#pragma unroll
    for (int k = 0; k < LAYERS; ++k) state[k] = load(column + k * up);
    if (back) {
#pragma unroll
        for (int k = 1; k < LAYERS; ++k)
            for (int t = 0; t < PACK; ++t) state[k].v[t] += couple[(k - 1) * cells] * state[k - 1].v[t];
#pragma unroll
        for (int k = LAYERS - 1; k >= 0; --k) {
            const REAL lower = k + 1 < LAYERS ? g[k * cells] * step : 0;
            for (int t = 0; t < PACK; ++t) {
                carried.v[t] = (state[k].v[t] + lower * carried.v[t]) * pivot[k * cells];
                state[k].v[t] = air[k * cells] * carried.v[t];
            }
        }
    } else {
#pragma unroll
        for (int k = 0; k < LAYERS; ++k) {
            const REAL lower = k ? g[(k - 1) * cells] * step : 0;
            for (int t = 0; t < PACK; ++t)
                state[k].v[t] = carried.v[t] = (air[k * cells] * state[k].v[t] + lower * carried.v[t]) * pivot[k * cells];
        }
#pragma unroll
        for (int k = LAYERS - 2; k >= 0; --k)
            for (int t = 0; t < PACK; ++t) state[k].v[t] += couple[k * cells] * state[k + 1].v[t];
    }
#pragma unroll
    for (int k = 0; k < LAYERS; ++k) store(column + k * up, state[k]);
}

// Reactions and scavenging in one cell for PACK tags of all species; `back` is the transpose.
extern "C" __global__ void react(REAL *q, const REAL *kept, const REAL *converted, const REAL *factor, int back, int members) {
    constexpr int source[] = {SOURCES}, product[] = {PRODUCTS};
    const unsigned number = thread_number(), packs = tags / PACK, cell = number / packs;
    if (cell >= (unsigned)(members * LAYERS * cells)) return;
    const int all = LAYERS * cells, within = cell % all, m = cell / all;
    REAL *here = q + (long)cell * SPECIES * tags + number % packs * PACK;
    Pack state[SPECIES];
#pragma unroll
    for (int s = 0; s < SPECIES; ++s) {
        state[s] = load(here + s * tags);
        const REAL stays = back && kept ? kept[((long)m * SPECIES + s) * all + within] : 1;
        for (int t = 0; t < PACK; ++t) state[s].v[t] *= stays;
    }
#pragma unroll
    for (int j = 0; j < REACTIONS; ++j) {
        const REAL part = converted[((long)m * REACTIONS + j) * all + within], gain = factor[j];
        for (int t = 0; t < PACK && !back; ++t) {
            const REAL used = part * state[source[j]].v[t];
            state[source[j]].v[t] -= used;
            state[product[j]].v[t] += gain * used;
        }
    }
#pragma unroll
    for (int j = REACTIONS - 1; j >= 0; --j) {
        const REAL part = converted[((long)m * REACTIONS + j) * all + within], gain = factor[j];
        for (int t = 0; t < PACK && back; ++t)
            state[source[j]].v[t] += part * (gain * state[product[j]].v[t] - state[source[j]].v[t]);
    }
#pragma unroll
    for (int s = 0; s < SPECIES; ++s) {
        const REAL stays = !back && kept ? kept[((long)m * SPECIES + s) * all + within] : 1;
        for (int t = 0; t < PACK; ++t) state[s].v[t] *= stays;
        store(here + s * tags, state[s]);
    }
}
