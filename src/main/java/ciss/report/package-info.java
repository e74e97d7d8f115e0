/**
 * What a run tells people: the progress line, {@code log.txt} and {@code log.jsonl}, and the HTML report made of them.
 * The first file to open is {@link ciss.report.HtmlReport}.
 */
@org.jspecify.annotations.NullMarked
package ciss.report;
