# libpcap for Windows. Captures go through Npcap's wpcap.dll, which is loaded at run time, so only headers are needed for
# them. Filters must work where no Npcap is: their compiler is libpcap's own, built without capture and linked in.
#   no_pcap, no_filters   why there is none of that, or ""
#   pcap_headers          the folder of pcap/pcap.h
#   pcap_library          what to link for filters
set(IPFUNNEL_LIBPCAP_SOURCE_DIR "" CACHE PATH
  "For Windows: source of libpcap 1.10 or later, which gives pcap and (with flex and bison) filters")
set(IPFUNNEL_NPCAP_SDK_DIR "" CACHE PATH "For Windows: Npcap's SDK, which gives pcap without filters")

set(no_pcap "")
set(no_filters "")
set(pcap_library "")
if(IPFUNNEL_LIBPCAP_SOURCE_DIR)
  set(pcap_headers ${IPFUNNEL_LIBPCAP_SOURCE_DIR})
else()
  set(pcap_headers ${IPFUNNEL_NPCAP_SDK_DIR}/Include)
endif()
if(NOT IPFUNNEL_LIBPCAP_SOURCE_DIR AND NOT IPFUNNEL_NPCAP_SDK_DIR)
  set(no_pcap "set IPFUNNEL_LIBPCAP_SOURCE_DIR to the source of libpcap")
elseif(NOT EXISTS ${pcap_headers}/pcap/pcap.h)
  set(no_pcap "there is no ${pcap_headers}/pcap/pcap.h")
endif()

find_program(IPFUNNEL_FLEX NAMES flex win_flex)
find_program(IPFUNNEL_BISON NAMES bison win_bison)
if(no_pcap)
  set(no_filters "${no_pcap}")
elseif(NOT EXISTS "${IPFUNNEL_LIBPCAP_SOURCE_DIR}/gencode.c")
  set(no_filters "they need IPFUNNEL_LIBPCAP_SOURCE_DIR, the source of libpcap")
elseif(NOT IPFUNNEL_FLEX OR NOT IPFUNNEL_BISON)
  set(no_filters "libpcap needs flex and bison to be built")
endif()
if(no_filters OR IPFUNNEL_BACKEND_PCAP STREQUAL "OFF")
  return()
endif()

# As a project of its own: its options, names and warnings are not ours.
include(ExternalProject)
set(folder ${CMAKE_CURRENT_BINARY_DIR}/libpcap)
set(file ${CMAKE_STATIC_LIBRARY_PREFIX}ipfunnel_pcap${CMAKE_STATIC_LIBRARY_SUFFIX})
if(MSVC)
  set(built $<IF:$<BOOL:${CMAKE_CONFIGURATION_TYPES}>,$<CONFIG>/,>pcap_static.lib)
else()
  set(built libpcap.a)
endif()
string(MD5 which "${IPFUNNEL_LIBPCAP_SOURCE_DIR}")             # another source is built in another folder
set(settings CMAKE_TOOLCHAIN_FILE CMAKE_C_COMPILER CMAKE_C_FLAGS CMAKE_BUILD_TYPE CMAKE_MSVC_RUNTIME_LIBRARY
  CMAKE_MAKE_PROGRAM)
set(passed "")
foreach(name IN LISTS settings)
  if(DEFINED ${name} AND NOT "${${name}}" STREQUAL "")
    list(APPEND passed -D${name}:STRING=${${name}})
  endif()
endforeach()
ExternalProject_Add(ipfunnel_libpcap
  PREFIX ${folder}
  SOURCE_DIR ${IPFUNNEL_LIBPCAP_SOURCE_DIR}
  BINARY_DIR ${folder}/${which}
  CMAKE_CACHE_ARGS ${passed} -DPCAP_TYPE:STRING=null -DENABLE_REMOTE:BOOL=OFF
    -DLEX_EXECUTABLE:FILEPATH=${IPFUNNEL_FLEX} -DYACC_EXECUTABLE:FILEPATH=${IPFUNNEL_BISON}
    -DUSE_STATIC_RT:BOOL=OFF
    -DBUILD_SHARED_LIBS:BOOL=ON                 # the target below exists either way; OFF does not configure with mingw
    -DDISABLE_DBUS:BOOL=ON -DDISABLE_RDMA:BOOL=ON -DDISABLE_BLUETOOTH:BOOL=ON -DDISABLE_DPDK:BOOL=ON
  BUILD_COMMAND ${CMAKE_COMMAND} --build <BINARY_DIR> --target pcap_static --config $<CONFIG>
  INSTALL_COMMAND ${CMAKE_COMMAND} -E copy_if_different <BINARY_DIR>/${built} ${folder}/${file}
  BUILD_BYPRODUCTS ${folder}/${file}
  LOG_CONFIGURE ON LOG_BUILD ON LOG_OUTPUT_ON_FAILURE ON)
add_dependencies(ipfunnel_objects ipfunnel_libpcap)

# A static library of ours is of no use without this one, which no system has: it is installed beside it.
set(pcap_library $<BUILD_INTERFACE:${folder}/${file}>
  $<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${CMAKE_INSTALL_LIBDIR}/${file}>)
if(IPFUNNEL_INSTALL AND NOT BUILD_SHARED_LIBS)
  install(FILES ${folder}/${file} DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT ipfunnel_development)
endif()
