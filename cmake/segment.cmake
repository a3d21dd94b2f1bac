target_sources(
  sharray_objects
  PRIVATE ${SHARRAY_CPP}/segment/clients.cpp
          ${SHARRAY_CPP}/segment/errors.cpp
          ${SHARRAY_CPP}/segment/files.cpp
          ${SHARRAY_CPP}/segment/layout.cpp
          ${SHARRAY_CPP}/segment/posix.cpp
          ${SHARRAY_CPP}/segment/provenance.cpp
          ${SHARRAY_CPP}/segment/segment.cpp
          ${SHARRAY_CPP}/segment/storage.cpp
          ${SHARRAY_CPP}/segment/sweep.cpp
          ${SHARRAY_CPP}/segment/system_v.cpp
          ${SHARRAY_CPP}/segment/table.cpp)
