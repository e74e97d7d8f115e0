/*
 * Cross entropy of bilinearly upsampled scores, for the output rows whose upper source row is one of begin to end - 1 of
 * one image (see upsampled_scores.h).
 *
 *   l = logsumexp(s) - s[label];  result[0] = sum of l * weight * label_weights[label] (double, in a fixed order)
 *   result[1] = number of pixels whose first maximum is the label
 *   ds[k] = coefficient * weight * label_weights[label] * (softmax(s)[k] - [k = label])
 *
 * label_weights [256] is 0 for ignored labels, else the class weight. weight may be NULL (1); label and weight have a row
 * pitch of label_pitch. dlogits (may be NULL) [h, w, k]: rows begin to end - 1 are overwritten; what belongs to row end,
 * the first one of the next call, is written to edge [w, k] and added by the caller.
 */
#include "math_vector.h"
#include "operation.h"
#include "upsampled_scores.h"

#include <string.h>

/* One output row of a strip: the two stretched source rows, their gradients and the pixels' labels. */
struct row {
  const float *top, *bottom;
  float *d_top, *d_bottom; /* NULL without gradient */
  float blend;             /* weight of bottom */
  int64_t k;
  int32_t label[STRIP]; /* -1 beyond the strip */
  float weight[STRIP];  /* 0 where ignored */
};

struct sums {
  double loss[VL];
  vi correct;
};

static void read_pixels(struct row *row, const uint8_t *label, const float *weight, const float *label_weights,
                        int64_t width) {
  for (int64_t o = 0; o < STRIP; o++) {
    row->label[o] = o < width ? label[o] : -1;
    row->weight[o] = o < width ? label_weights[label[o]] : 0;
  }
  if (weight) {
    for (int64_t o = 0; o < width; o++) row->weight[o] *= weight[o];
  }
}

/* The vector of pixels at offset o; e is room for k vectors. */
INLINE void vector_of_pixels(const struct row *row, int64_t o, float coefficient, float *e, struct sums *sums) {
  const vf below = vf_set(row->blend), above = vf_set(1.0f - row->blend);
  const vi label = vi_load(row->label + o);
  vf maximum = vf_set(-INFINITY), at_label = {0}, sum = {0};
  vi best = {0};
  for (int64_t class = 0; class < row->k; class++) {
    vf s = above * vf_load(row->top + class * STRIP + o) + below * vf_load(row->bottom + class * STRIP + o);
    best = vi_select(s > maximum, vi_set((int32_t)class), best);
    maximum = vf_max(maximum, s);
    at_label = vf_select(label == vi_set((int32_t)class), s, at_label);
    vf_store(e + class * VL, s);
  }
  for (int64_t class = 0; class < row->k; class++) {
    vf p = vf_exp2((vf_load(e + class * VL) - maximum) * 1.44269504088896341f);
    sum += p;
    vf_store(e + class * VL, p);
  }
  vf weight = vf_load(row->weight + o);
  vf loss = (maximum - at_label + vf_log(sum)) * weight;
  for (int i = 0; i < VL; i++) sums->loss[i] += (double)loss[i];
  sums->correct -= best == label;
  if (!row->d_top) return;
  vf scale = weight * coefficient, share = scale / sum;
  for (int64_t class = 0; class < row->k; class++) {
    vf d = vf_load(e + class * VL) * share - vf_select(label == vi_set((int32_t)class), scale, vf_set(0));
    float *top = row->d_top + class * STRIP + o, *bottom = row->d_bottom + class * STRIP + o;
    vf_store(top, vf_load(top) + above * d);
    vf_store(bottom, vf_load(bottom) + below * d);
  }
}

void NAME(ciss_cross_entropy_f32)(const float *logits, int64_t k, int64_t h, int64_t w, const float *row_weight,
                                  const int32_t *row_first, const int32_t *column_index, const float *column_weight,
                                  int64_t w_out, const uint8_t *label, const float *weight, int64_t label_pitch,
                                  const float *label_weights, float coefficient, float *dlogits, float *edge,
                                  double *result, int64_t begin, int64_t end, float *scratch) {
  const struct axis columns = {column_index, column_weight};
  float *memory[4]; /* rows of scores and of gradients, two each */
  for (int i = 0; i < 4; i++) memory[i] = scratch + i * k * STRIP;
  float *e = scratch + 4 * k * STRIP, *matrices = e + k * VL;
  size_t row_bytes = (size_t)(k * STRIP) * sizeof(float);
  struct sums sums = {{0}, {0}};
  if (dlogits) memset(dlogits + begin * w * k, 0, (size_t)((end - begin) * w * k) * sizeof(float));
  if (dlogits && end < h) memset(edge, 0, (size_t)(w * k) * sizeof(float));
  for (int64_t left = 0; left < w_out; left += STRIP) {
    struct strip strip;
    strip_open(&strip, &columns, left, w_out, w, matrices);
    float *top = memory[0], *bottom = memory[1], *d_top = memory[2], *d_bottom = memory[3];
    strip_stretch(&strip, logits + begin * w * k, k, bottom);
    memset(d_bottom, 0, row_bytes);
    for (int64_t i = begin; i < end; i++) {
      float *swap = top;
      top = bottom;
      bottom = swap;
      swap = d_top;
      d_top = d_bottom;
      d_bottom = swap;
      memset(d_bottom, 0, row_bytes);
      strip_stretch(&strip, logits + min_int(i + 1, h - 1) * w * k, k, bottom);
      struct row row = {.top = top, .bottom = bottom, .k = k};
      row.d_top = dlogits ? d_top : NULL;
      row.d_bottom = d_bottom;
      for (int64_t o = row_first[i]; o < row_first[i + 1]; o++) {
        row.blend = row_weight[o];
        int64_t at = o * label_pitch + left;
        read_pixels(&row, label + at, weight ? weight + at : NULL, label_weights, strip.width);
        for (int64_t v = 0; v < strip.width; v += VL) vector_of_pixels(&row, v, coefficient, e, &sums);
      }
      if (dlogits) strip_shrink(&strip, d_top, k, dlogits + i * w * k);
    }
    /* Below the last row there is only that row again. */
    if (dlogits) strip_shrink(&strip, d_bottom, k, end < h ? edge : dlogits + (h - 1) * w * k);
  }
  result[0] = result[1] = 0;
  for (int i = 0; i < VL; i++) {
    result[0] += sums.loss[i];
    result[1] += (double)sums.correct[i];
  }
}

/* result = mean loss and per cent of correct pixels, from count partials [2] in their order. */
void NAME(ciss_cross_entropy_merge_f32)(const double *partials, int64_t count, double pixels, double *result) {
  double loss = 0, correct = 0;
  for (int64_t i = 0; i < count; i++) {
    loss += partials[2 * i];
    correct += partials[2 * i + 1];
  }
  result[0] = loss / pixels;
  result[1] = 100 * correct / pixels;
}
