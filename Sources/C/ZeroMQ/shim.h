#include <malloc.h>  // mallopt: ZeroMQ receives into malloc's memory
#include <zmq.h>
