// The arithmetic of the transport model, one text for CPU and GPU. A value is a scalar on a GPU and a short
// vector of neighbouring tags on a CPU; the air's numbers (flux, weights) are scalars shared by all tags.
//
// Flux-form advection of a mixing ratio q that rides on mass fluxes of air. The value at a face is that of
// the upwind cell u plus an excess e; with d the cell downwind and uu the cell upwind of u,
//     e = minmod( q_d - q_u,  down (q_d - q_u) + up (q_u - q_uu),  cap (q_u - q_uu) ),
// where down and up are the weights of the third-order direct space-time scheme and cap keeps what is left in
// u between its neighbours: Hundsdorfer and Trompert 1994 (doi:10.1016/0168-9274(94)90009-4); on layers of
// unequal mass from the parabola through three cell means (Colella and Woodward 1984,
// doi:10.1016/0021-9991(84)90143-8). e is homogeneous of degree one in q, and no new extreme can arise while
// the outflow of a cell is less than its mass.
#ifndef BOGDA_SCHEMES_H
#define BOGDA_SCHEMES_H

#ifdef __CUDACC__
#define INLINE __device__ __forceinline__
#define INLINE_STATIC __device__ __forceinline__
#else
#define INLINE static inline __attribute__((always_inline))
#define INLINE_STATIC inline __attribute__((always_inline))
#endif

// A constant as a value of a kind; a CPU adds its vectors.
template <class R> struct Number { static INLINE_STATIC R of(double c) { return R(c); } };

template <class V> INLINE V least(V a, V b) { return a < b ? a : b; }
template <class V> INLINE V most(V a, V b) { return a < b ? b : a; }

// A cell that is emptied to nothing may be left with a rounding error below 0.
template <class V> INLINE V never_negative(V a) { return most(a, a - a); }

// What a face needs: the mass of air that passes it in this (sub)step, signed, and the weights above.
template <class R> struct Face { R flux, down, up, cap; };

template <class R> INLINE R cap_of(R mass, R out, R passing) {
    return most(mass - out, mass - mass) / most(passing, mass * Number<R>::of(1e-9));
}

// Weights where cells are alike (horizontally): c is the Courant number of the face.
template <class R> INLINE Face<R> even_face(R flux, R mass, R out) {
    const R passing = flux < 0 ? -flux : flux;
    const R one = Number<R>::of(1), sixth = Number<R>::of(1.0 / 6), c = least(passing / mass, one);
    return {flux, (one + one - c) * (one - c) * sixth, (one - c * c) * sixth, cap_of(mass, out, passing)};
}

// Weights where cells differ (vertically): masses of uu, u and d.
template <class R> INLINE Face<R> uneven_face(R flux, R far, R mass, R next, R out) {
    const R passing = least(flux < 0 ? -flux : flux, mass);
    const R three = far + mass + next, left = mass - passing;
    return {flux, left / (mass + next) * (Number<R>::of(1) - (next + passing) / three),
            left * (next + passing) / ((mass + far) * three), cap_of(mass, out, passing)};
}

template <class V, class R> INLINE V excess(V dd, V du, const Face<R> &face) {
    const V smooth = face.down * dd + face.up * du, capped = face.cap * du, zero = dd - dd;
    return most(zero, least(dd, least(smooth, capped))) + least(zero, most(dd, most(smooth, capped)));
}

// The same excess as slope_d dd + slope_u du: the linear scheme in force at a state.
template <class V, class R> INLINE void slopes(V dd, V du, const Face<R> &face, V &slope_d, V &slope_u) {
    const V zero = dd - dd, one = zero + R(1);
    const V smooth = face.down * dd + face.up * du, capped = face.cap * du;
    const V near = dd > zero ? dd : zero - dd, rising = dd > zero ? smooth : zero - smooth;
    const V limit = dd > zero ? capped : zero - capped; // the three bounds, the sign of dd taken out
    const V d_of_first = near <= rising ? one : zero + face.down, u_of_first = near <= rising ? zero : zero + face.up;
    const V d = least(near, rising) <= limit ? d_of_first : zero;
    const V u = least(near, rising) <= limit ? u_of_first : zero + face.cap;
    slope_d = dd > zero ? (du > zero ? d : zero) : dd < zero ? (du < zero ? d : zero) : zero;
    slope_u = dd > zero ? (du > zero ? u : zero) : dd < zero ? (du < zero ? u : zero) : zero;
}

// What one face adds to the tracer of its left and right cell, relative to their mixing ratios; ll, l, r and
// rr are the mixing ratios of the four cells around it.
template <class V, class R> INLINE void through(V ll, V l, V r, V rr, const Face<R> &face, V &to_l, V &to_r) {
    if (face.flux >= 0) {
        const V dd = r - l, e = excess(dd, l - ll, face);
        to_l = -face.flux * e;
        to_r = face.flux * (e - dd);
    } else {
        const V dd = l - r, e = excess(dd, r - rr, face);
        to_l = -face.flux * (e - dd);
        to_r = face.flux * e;
    }
}

// Transpose of `through` about a state with slopes given: adds to the adjoints of the four cells what flows
// back from u_l and u_r, the adjoints of to_l and to_r.
template <class V, class R>
INLINE void back_through(V u_l, V u_r, V slope_d, V slope_u, R flux, V &ll, V &l, V &r, V &rr) {
    const V e = flux * (u_r - u_l), du = slope_u * e;
    if (flux >= 0) {
        const V dd = slope_d * e - flux * u_r;
        r += dd;
        l += du - dd;
        ll -= du;
    } else {
        const V dd = slope_d * e + flux * u_l;
        l += dd;
        r += du - dd;
        rr -= du;
    }
}

// Elimination of the implicit column: turbulence g between layers, settling s through lower faces, all times
// the step, and loss at the ground; without a subtraction that could cancel (Grassmann, Taksar and Heyman 1985).
// The pivots' inverses and the couplings upward are what both the solution and its transpose need.
template <class R, class Get>
INLINE void eliminate(int layers, R loss, const Get &get, R *inverse, R *coupling) {
    R below = loss;
    for (int k = 0; k < layers; ++k) {
        R mass, mixing, settling, from_above;
        get(k, mass, mixing, settling, from_above);
        const R kept = mass + settling + below;
        inverse[k] = 1 / (kept + mixing);
        coupling[k] = (mixing + from_above) * inverse[k];
        below = mixing * (kept - from_above) * inverse[k];
    }
}
#endif
