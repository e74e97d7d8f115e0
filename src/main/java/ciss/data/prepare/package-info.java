/** Turns official downloads of data sets into what training reads: label maps of train ids, statistics, lists. */
package ciss.data.prepare;
