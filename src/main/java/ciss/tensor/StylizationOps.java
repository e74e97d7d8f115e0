package ciss.tensor;

/**
 * One picture in the look of another. Pictures are {@code [h,w,3]}, channels B,G,R, values 0..255, U8 or F32; sums and
 * statistics are F64. A picture is measured once; any part of it can then be stylized with any other picture's
 * measurements.
 */
public interface StylizationOps {

  /**
   * The lowest frequencies of a picture's discrete Fourier transform: {@code |u|, |v| <= b}, without those beyond the
   * Nyquist frequency, which do not exist. Of the rows {@code u} only 0 and the positive ones are computed:
   * {@code F(-u,-v) = conj F(u,v)}.
   *
   * @param b at least 0
   */
  record FrequencyBlock(int height, int width, int b) {
    /** Number of rows u: 0 up to the largest. */
    public int rows() {
      return Math.min(b, height / 2) + 1;
    }

    /** Smallest v. */
    public int vLow() {
      return Math.max(-b, -(width / 2));
    }

    /** Largest v. */
    public int vHigh() {
      return Math.min(b, (width - 1) / 2);
    }

    /** Number of columns v. */
    public int columns() {
      return vHigh() - vLow() + 1;
    }

    /** Shape of a spectrum: before the coefficients an entry for the sums of absolute values; complex numbers last. */
    public Shape spectrum() {
      return Shape.of(1 + rows() * columns(), 3, 2);
    }

    /** Whether both blocks hold the same frequencies. */
    public boolean matches(FrequencyBlock other) {
      return rows() == other.rows() && vLow() == other.vLow() && vHigh() == other.vHigh() && uHigh() == other.uHigh();
    }

    /** Largest u that is not its own mirror; the Nyquist row of an even height stands at the negative end. */
    private int uHigh() {
      return Math.min(b, (height - 1) / 2);
    }

    /** The frequencies, for messages. */
    public String words() {
      return "u %d..%d, v %d..%d".formatted(1 - rows(), uHigh(), vLow(), vHigh());
    }
  }

  /**
   * {@code F(u,v) = sum_y sum_x x(y,x) e^(-2 pi i (u y / h + v x / w))}, per channel, in double.
   *
   * @param x U8 or F32 {@code [h,w,3]}
   * @param spectrum F64, shape {@link FrequencyBlock#spectrum}, overwritten: entry 0 {@code (sum |x|, 0)}, then
   *     {@code F}, rows u outer, columns v inner
   */
  void lowFrequencies(FrequencyBlock f, Tensor x, Tensor spectrum);

  /**
   * Fourier domain adaptation (Yang and Soatto, CVPR 2020; data.md 3.3.1): the content keeps its phases and takes the
   * amplitudes of the style in the lowest frequencies. Only those change, so no full transform is needed:
   *
   * <pre>
   *   y = x + 1/(h w) Re sum_u sum_v D(u,v) e^(+2 pi i (u y / h + v x / w))
   *   D = (|G| - |F|) F/|F|        F/|F| := 1 where |F| <= 1e-10 sum |x|
   * </pre>
   *
   * with F of the content and G of the style. Sums are double, rounded once to float32, not clipped.
   *
   * @param f block of the content
   * @param g block of the style, with the same frequencies; its size may be another
   * @param content U8 or F32 {@code [h,w,3]}
   * @param part of the content that is computed
   * @param y F32 {@code [part.height,part.width,3]}, overwritten
   */
  void fourierStylize(
      FrequencyBlock f,
      FrequencyBlock g,
      Tensor content,
      Tensor contentSpectrum,
      Tensor styleSpectrum,
      Box part,
      Tensor y);

  /**
   * Means and standard deviations (division by n) of the three channels of a decorrelated log space (data.md 3.3.2), in
   * double: {@code lab = N ln(M p)} with the pixel p as B,G,R, where a component that is 0 counts as 2^-52.
   *
   * @param x U8 or F32 {@code [h,w,3]}
   * @param statistics F64 {@code [2,3]}, overwritten: means, deviations
   */
  void labStatistics(Tensor x, Tensor statistics);

  /**
   * Colour transfer (Reinhard et al., IEEE CG&amp;A 2001): every channel of the decorrelated space gets mean and
   * deviation of the style; {@code p = M^-1 exp(N^-1 lab)}, clipped to 0..255. Computed in double, rounded once. A
   * channel of the content without variation gets the mean of the style (the reference: NaN).
   *
   * @param contentStatistics F64 {@code [2,3]} of {@link #labStatistics}
   * @param styleStatistics likewise
   * @param part of the content that is computed
   * @param y F32 {@code [part.height,part.width,3]}, overwritten
   */
  void reinhardStylize(Tensor content, Tensor contentStatistics, Tensor styleStatistics, Box part, Tensor y);
}
