/* The bar: loss and gradient of a network of three layers as a careful engineer writes them in C.
 *
 * cc -O3 -march=native -shared -fPIC -DN0=2 -DN1=16 -DN2=16 -DN3=1 -DRELU -DHINGE compiled_by_hand.c
 *
 * Samples lie in the lanes of vectors, and weights are broadcast. A tile of neurons and of samples stays in
 * registers while a sum runs over its inputs. The weight gradients sum over samples, so there the inputs of a
 * layer lie in the lanes, which takes a transposed copy of each layer. A block of samples is worked through
 * from end to end while it is in the nearest cache.
 *
 * Parameters are, layer by layer, the weights as rows of inputs, then the biases; X has a row for each sample.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#define LANES 8
#elif defined(__AVX__)
#define LANES 4
#else
#define LANES 2
#endif

#ifndef BLOCK
#define BLOCK 32 /* samples, a multiple of LANES */
#endif
#ifndef PAD
#define PAD LANES /* a row of a power of two would crowd into few sets of the cache */
#endif
#define STRIDE (BLOCK + PAD)
#define PADDED(features) ((features) + PAD)
#ifndef ROWS
#define ROWS 8 /* a tile of 8 neurons and 2 vectors of samples: 16 sums hide the latency of a product */
#endif
#ifndef COLUMNS
#define COLUMNS 2
#endif

typedef double vec __attribute__((vector_size(8 * LANES)));
typedef double unaligned_vec __attribute__((vector_size(8 * LANES), aligned(8)));
_Static_assert(BLOCK % LANES == 0, "a block is whole vectors");
typedef int64_t mask __attribute__((vector_size(8 * LANES)));

/* gcc would fold the load into each product that uses it, and wait for the loads */
#ifdef __AVX512F__
#define STAYS_IN_A_REGISTER(v) __asm__("" : "+v"(v))
#elif defined(__x86_64__)
#define STAYS_IN_A_REGISTER(v) __asm__("" : "+x"(v))
#else
#define STAYS_IN_A_REGISTER(v)
#endif
#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("GCC unroll 32")
#define LAYER(inputs, outputs) ((outputs) * (inputs) + (outputs))
#define MOST_NARROW 32
#define NARROW(inputs, outputs) ((inputs) % LANES != 0 || ((outputs) == 1 && (inputs) <= MOST_NARROW))
#define LANE_SUMS(inputs, outputs) ((outputs) + (NARROW(inputs, outputs) ? (inputs) * (outputs) : 0))
#define AT1 0
#define AT2 (AT1 + LAYER(N0, N1))
#define AT3 (AT2 + LAYER(N1, N2))
#define PARAMETERS (AT3 + LAYER(N2, N3))
#ifdef HINGE
#define TARGET double /* a side, -1 or 1 */
#else
#define TARGET int64_t /* a label */
#endif
#define ALIGNED(name, rows) static __thread double name[(rows) * STRIDE] __attribute__((aligned(64)))

INLINE vec load(const double *p) { return *(const unaligned_vec *)p; }
INLINE void store(double *p, vec v) { *(unaligned_vec *)p = v; }
INLINE vec all(double x) { return x - (vec){}; }
INLINE vec choose(mask m, vec x, vec y) { return (vec)((m & (mask)x) | (~m & (mask)y)); }

INLINE double total(vec v) {
    double sum = 0.0;
    UNROLLED
    for (int l = 0; l < LANES; l++) sum += v[l];
    return sum;
}

/* e to the power of x, less 1, for -708 <= x <= 708: x = k log 2 + r, and a Taylor polynomial of degree 13 for r. */
INLINE vec expm1_parts(vec x, vec *scale) {
    const double shift = 0x1.8p52;
    vec k = x * 1.4426950408889634 + shift;
    mask bits = (mask)k << 52;
    k -= shift;
    vec r = (x - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
    *scale = (vec)(bits + (mask)all(1.0));
    vec r2 = r * r, r4 = r2 * r2;
    vec low = (all(1.0 / 2) + r * (1.0 / 6)) + r2 * (all(1.0 / 24) + r * (1.0 / 120));
    vec middle = (all(1.0 / 720) + r * (1.0 / 5040)) + r2 * (all(1.0 / 40320) + r * (1.0 / 362880));
    vec high = (all(1.0 / 3628800) + r * (1.0 / 39916800)) + r2 * (all(1.0 / 479001600) + r * (1.0 / 6227020800.0));
    return r + r2 * (low + r4 * (middle + r4 * high));
}

INLINE vec exponential(vec x) {
    vec scale;
    x = choose(x < -700.0, all(-700.0), x);
    vec less_one = expm1_parts(x, &scale);
    return scale + scale * less_one;
}

INLINE vec tanh_of(vec x) {
    vec scale;
    x = choose(x > 20.0, all(20.0), choose(x < -20.0, all(-20.0), x));
    vec less_one = expm1_parts(2.0 * x, &scale);
    vec t = scale * less_one + (scale - 1.0);
    return t / (t + 2.0);
}

#ifdef RELU
INLINE vec activation(vec x) { return choose(x > 0.0, x, all(0.0)); }
INLINE vec through_activation(vec slope, vec h) { return choose(h > 0.0, slope, all(0.0)); }
#else
INLINE vec activation(vec x) { return tanh_of(x); }
INLINE vec through_activation(vec slope, vec h) { return slope - slope * h * h; }
#endif

/* sums[r][c] += a[r * row + k * step] * b[k * stride + c * LANES] over all k */
INLINE void tile(const int rows, const int columns, int count, vec sums[ROWS][COLUMNS], const double *a, long row,
                 long step, const double *b, long stride) {
    for (int k = 0; k < count; k++) {
        vec loaded[COLUMNS];
        UNROLLED
        for (int c = 0; c < columns; c++) {
            vec v = load(b + k * stride + c * LANES);
            STAYS_IN_A_REGISTER(v);
            loaded[c] = v;
        }
        UNROLLED
        for (int r = 0; r < rows; r++) {
            double factor = a[r * row + k * step];
            UNROLLED
            for (int c = 0; c < columns; c++) sums[r][c] += factor * loaded[c];
        }
    }
}

enum kind { HIDDEN, LAST, SLOPE, GRADIENT };

INLINE void finished_tile(const enum kind kind, const int rows, const int columns, int count, const double *a, long row,
                          long step, const double *b, long stride, const double *extra, double factor, double *out,
                          long out_row) {
    vec sums[ROWS][COLUMNS];
    UNROLLED
    for (int r = 0; r < rows; r++) {
        UNROLLED
        for (int c = 0; c < columns; c++) {
            if (kind == HIDDEN || kind == LAST) sums[r][c] = all(extra[r]);
            if (kind == SLOPE) sums[r][c] = all(0.0);
            if (kind == GRADIENT) sums[r][c] = factor * load(extra + r * out_row + c * LANES);
        }
    }
    tile(rows, columns, count, sums, a, row, step, b, stride);
    UNROLLED
    for (int r = 0; r < rows; r++) {
        UNROLLED
        for (int c = 0; c < columns; c++) {
            vec v = sums[r][c];
            if (kind == HIDDEN) v = activation(v);
            if (kind == SLOPE) v = through_activation(v, load(extra + r * out_row + c * LANES));
            store(out + r * out_row + c * LANES, v);
        }
    }
}

/* out, a matrix of `height` rows of `width` vectors, tile by tile; extra is biases, or a matrix like out */
INLINE void strip(const enum kind kind, const int height, const int columns, int count, const double *a, long row,
                  long step, const double *b, long stride, const double *extra, double factor, double *out,
                  long out_row) {
    const long extra_row = kind == SLOPE || kind == GRADIENT ? out_row : 1;
    int r = 0;
    for (; r + ROWS <= height; r += ROWS)
        finished_tile(kind, ROWS, columns, count, a + r * row, row, step, b, stride, extra + r * extra_row, factor,
                      out + r * out_row, out_row);
    finished_tile(kind, height % ROWS, columns, count, a + r * row, row, step, b, stride, extra + r * extra_row, factor,
                  out + r * out_row, out_row);
}

INLINE void matrix(const enum kind kind, const int height, int width, int count, const double *a, long row, long step,
                   const double *b, long stride, const double *extra, double factor, double *out, long out_row) {
    const int moves = kind == SLOPE || kind == GRADIENT;
    int c = 0;
    for (; c + COLUMNS <= width; c += COLUMNS)
        strip(kind, height, COLUMNS, count, a, row, step, b + c * LANES, stride, extra + moves * c * LANES, factor,
              out + c * LANES, out_row);
    for (; c < width; c++)
        strip(kind, height, 1, count, a, row, step, b + c * LANES, stride, extra + moves * c * LANES, factor,
              out + c * LANES, out_row);
}

INLINE vec swap(vec x, vec y, int half, int upper) {
    mask at;
    UNROLLED
    for (int l = 0; l < LANES; l++) at[l] = ((l & half) ? LANES - half : 0) + l + (upper ? half : 0);
    return __builtin_shuffle(x, y, at);
}

/* A square of LANES x LANES numbers, turned: rows of `in` become columns of `out`. */
INLINE void turn(const double *in, long in_row, double *out, long out_row) {
    vec v[LANES];
    UNROLLED
    for (int r = 0; r < LANES; r++) v[r] = load(in + r * in_row);
    UNROLLED
    for (int half = LANES / 2; half; half /= 2) {
        UNROLLED
        for (int r = 0; r < LANES; r++) {
            if (r & half) continue;
            vec low = swap(v[r], v[r + half], half, 0), high = swap(v[r], v[r + half], half, 1);
            v[r] = low, v[r + half] = high;
        }
    }
    UNROLLED
    for (int r = 0; r < LANES; r++) store(out + r * out_row, v[r]);
}

INLINE void transpose(const double *in, int rows, int columns, long in_row, double *out, long out_row) {
    int r = 0;
    for (; r + LANES <= rows; r += LANES) {
        int c = 0;
        for (; c + LANES <= columns; c += LANES) turn(in + r * in_row + c, in_row, out + c * out_row + r, out_row);
        for (; c < columns; c++)
            for (int l = 0; l < LANES; l++) out[c * out_row + r + l] = in[(r + l) * in_row + c];
    }
    for (; r < rows; r++)
        for (int c = 0; c < columns; c++) out[c * out_row + r] = in[r * in_row + c];
}


/* out[n] = factor * p[n] + the sum of the lanes of sums[n] */
INLINE void add_totals(const vec *sums, const int count, const double *p, double factor, double *out) {
    int n = 0;
    for (; n + LANES <= count; n += LANES) {
        double square[LANES * LANES] __attribute__((aligned(64)));
        turn((const double *)(sums + n), LANES, square, LANES);
        vec totals = factor * load(p + n);
        UNROLLED
        for (int l = 0; l < LANES; l++) totals += load(square + l * LANES);
        store(out + n, totals);
    }
    for (; n < count; n++) out[n] = factor * p[n] + total(sums[n]);
}

/* Adds to the weight gradients of a layer, and to the lanes of its bias gradients. A narrow layer would not fill a
   tile: the lanes of its weight gradients are samples as well. */
INLINE void layer_gradients(const int inputs, const int outputs, int vectors, const double *slope,
                            const double *by_sample, long row, const double *by_feature, const double *from,
                            double factor, double *gradient, vec *lanes) {
    const int lane_inputs = NARROW(inputs, outputs) ? inputs : 0;
    if (!lane_inputs)
        matrix(GRADIENT, outputs, inputs / LANES, vectors * LANES, slope, STRIDE, 1, by_sample, row, from, factor,
               gradient, inputs);
    for (int o = 0; o < outputs; o++) {
        vec sums[MOST_NARROW], bias = lanes[o], *weights = lanes + outputs + o * lane_inputs;
        UNROLLED
        for (int i = 0; i < lane_inputs; i++) sums[i] = weights[i];
        for (int v = 0; v < vectors; v++) {
            vec d = load(slope + o * STRIDE + v * LANES);
            bias += d;
            UNROLLED
            for (int i = 0; i < lane_inputs; i++) sums[i] += d * load(by_feature + i * STRIDE + v * LANES);
        }
        lanes[o] = bias;
        UNROLLED
        for (int i = 0; i < lane_inputs; i++) weights[i] = sums[i];
    }
}

INLINE void finish_gradients(const int inputs, const int outputs, const double *p, double factor, double *gradient,
                             const vec *lanes) {
    const int weights = inputs * outputs;
    add_totals(lanes, outputs, p + weights, factor, gradient + weights);
    if (NARROW(inputs, outputs)) add_totals(lanes + outputs, weights, p, factor, gradient);
}

INLINE double sum_of_squares(const double *p, const int count) {
    vec sums[4] = {};
    double rest = 0.0;
    int i = 0;
    for (; i + 4 * LANES <= count; i += 4 * LANES) {
        UNROLLED
        for (int k = 0; k < 4; k++) sums[k] += load(p + i + k * LANES) * load(p + i + k * LANES);
    }
    for (; i < count; i++) rest += p[i] * p[i];
    return rest + total((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

/* The slopes of the mean loss in the scores of a block; what is beyond `count` is padding and gets 0. */
INLINE vec loss_and_slopes(const double *score, const TARGET *target, int count, double share, double *slope) {
    vec sum = {};
    for (int v = 0; v * LANES < count; v++) {
        const int s = v * LANES;
        vec real, side = {};
        for (int l = 0; l < LANES; l++) real[l] = s + l < count ? 1.0 : 0.0;
#ifdef HINGE
        for (int l = 0; l < LANES && s + l < count; l++) side[l] = target[s + l];
        vec margin = 1.0 - side * load(score + s);
        mask counts = (margin > 0.0) & (real > 0.0);
        sum += choose(counts, margin, all(0.0));
        store(slope + s, choose(counts, -share * side, all(0.0)));
#else
        vec largest = load(score + s), terms = {}, weight;
        for (int k = 1; k < N3; k++) {
            vec x = load(score + k * STRIDE + s);
            largest = choose(x > largest, x, largest);
        }
        for (int k = 0; k < N3; k++) {
            weight = exponential(load(score + k * STRIDE + s) - largest);
            terms += weight;
            store(slope + k * STRIDE + s, weight);
        }
        vec scale = share * real / terms;
        for (int k = 0; k < N3; k++) store(slope + k * STRIDE + s, scale * load(slope + k * STRIDE + s));
        for (int l = 0; l < LANES && s + l < count; l++) {
            const int64_t label = target[s + l];
            slope[label * STRIDE + s + l] -= share;
            side[l] = log(terms[l]) + largest[l] - score[label * STRIDE + s + l];
        }
        sum += side;
#endif
    }
    return sum;
}

/* The mean loss over the samples plus `decay` times the sum of squares of all parameters, and its gradient. */
double loss_and_gradient(const double *p, const double *X, const TARGET *target, int64_t samples, double decay,
                         double *gradient) {
    ALIGNED(x, N0);
    ALIGNED(padded, N0);
    ALIGNED(h1, N1);
    ALIGNED(h2, N2);
    static __thread double h1_by_sample[PADDED(N1) * BLOCK] __attribute__((aligned(64)));
    static __thread double h2_by_sample[PADDED(N2) * BLOCK] __attribute__((aligned(64)));
    ALIGNED(score, N3);
    ALIGNED(d1, N1);
    ALIGNED(d2, N2);
    ALIGNED(d3, N3);
    vec lanes1[LANE_SUMS(N0, N1)] = {}, lanes2[LANE_SUMS(N1, N2)] = {}, lanes3[LANE_SUMS(N2, N3)] = {}, loss = {};
    const double share = 1.0 / samples;
    for (int64_t start = 0; start < samples; start += BLOCK) {
        const int count = samples - start < BLOCK ? samples - start : BLOCK, vectors = (count + LANES - 1) / LANES;
        const double *rows = X + start * N0, *from = start ? gradient : p;
        const double factor = start ? 1.0 : 2.0 * decay;
        if (count % LANES) {
            memcpy(padded, rows, sizeof(double) * N0 * count);
            memset(padded + N0 * count, 0, sizeof(double) * N0 * (vectors * LANES - count));
            rows = padded;
        }
        transpose(rows, vectors * LANES, N0, N0, x, STRIDE);
        matrix(HIDDEN, N1, vectors, N0, p + AT1, N0, 1, x, STRIDE, p + AT1 + N0 * N1, 1.0, h1, STRIDE);
        matrix(HIDDEN, N2, vectors, N1, p + AT2, N1, 1, h1, STRIDE, p + AT2 + N1 * N2, 1.0, h2, STRIDE);
        matrix(LAST, N3, vectors, N2, p + AT3, N2, 1, h2, STRIDE, p + AT3 + N2 * N3, 1.0, score, STRIDE);
        loss += loss_and_slopes(score, target + start, count, share, d3);
        if (!NARROW(N2, N3))
            transpose(h2, N2, vectors * LANES, STRIDE, h2_by_sample, PADDED(N2));
        if (!NARROW(N1, N2))
            transpose(h1, N1, vectors * LANES, STRIDE, h1_by_sample, PADDED(N1));
        layer_gradients(N2, N3, vectors, d3, h2_by_sample, PADDED(N2), h2, from + AT3, factor, gradient + AT3, lanes3);
        matrix(SLOPE, N2, vectors, N3, p + AT3, 1, N2, d3, STRIDE, h2, 1.0, d2, STRIDE);
        layer_gradients(N1, N2, vectors, d2, h1_by_sample, PADDED(N1), h1, from + AT2, factor, gradient + AT2, lanes2);
        matrix(SLOPE, N1, vectors, N2, p + AT2, 1, N1, d2, STRIDE, h1, 1.0, d1, STRIDE);
        layer_gradients(N0, N1, vectors, d1, rows, N0, x, from + AT1, factor, gradient + AT1, lanes1);
    }
    finish_gradients(N0, N1, p + AT1, 2.0 * decay, gradient + AT1, lanes1);
    finish_gradients(N1, N2, p + AT2, 2.0 * decay, gradient + AT2, lanes2);
    finish_gradients(N2, N3, p + AT3, 2.0 * decay, gradient + AT3, lanes3);
    return total(loss) * share + (decay == 0.0 ? 0.0 : decay * sum_of_squares(p, PARAMETERS));
}
