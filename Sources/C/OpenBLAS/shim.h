#include <cblas.h>

// OpenBLAS has LAPACK in it, whose header is in another package: the eigenvalues of a symmetric matrix, ascending, and
// its eigenvectors in place of it, by columns.
void dsyevd_(const char *vectors, const char *triangle, const int *order, double *matrix, const int *pitch,
             double *eigenvalues, double *work, const int *work_size, int *integer_work, const int *integer_work_size,
             int *information);
