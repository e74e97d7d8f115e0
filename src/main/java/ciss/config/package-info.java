/**
 * The configuration: one tree of immutable records ({@link ciss.config.CissConfig}) whose annotations are the schema,
 * and the loader ({@link ciss.config.ConfigLoader}) that makes such a tree from YAML files, data set presets,
 * environment variables and overrides, remembering where each value came from.
 *
 * <p>A component is null exactly where its key does not apply (for instance everything under {@code uda.source} with
 * {@code uda.method: dacs}); a whole section that does not apply is a null record.
 */
package ciss.config;
