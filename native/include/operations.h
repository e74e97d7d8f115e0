/* Every function of ops/, family by family; the includer defines OPERATION (see operation.h). */
#include "operations/elementwise.h"
#include "operations/dense.h"
#include "operations/norm.h"
#include "operations/depthwise.h"
#include "operations/resample.h"
#include "operations/fusion.h"
#include "operations/mix.h"
#include "operations/optimizer.h"
