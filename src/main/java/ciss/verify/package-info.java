/**
 * Replays reference ("golden") cases. A case is read by {@link ciss.verify.GoldenCase}, computed by the {@link
 * ciss.verify.CaseKind} of its kind, held against the stored results by {@link ciss.verify.Comparison}; {@link
 * ciss.verify.Verification} walks a folder of them.
 */
package ciss.verify;
