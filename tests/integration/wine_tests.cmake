# The command for Windows under Wine. What it does is compared with the native command, from a build beside this one.
#   wine_test(<name> COMMAND <script>...)
set(IPFUNNEL_NATIVE_BUILD ${PROJECT_SOURCE_DIR}/build/test CACHE PATH "A native build of the same sources")
get_property(backends GLOBAL PROPERTY IPFUNNEL_BACKENDS)
set(emulated ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:ipfunnel_command>)
set(native ${IPFUNNEL_NATIVE_BUILD}/examples/ipfunnel/ipfunnel)

function(wine_test name)
  add_test(NAME ${name} COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/${ARGN})
  ipfunnel_test_properties(wine ${name})
endfunction()

if(TARGET ipfunnel_command)
  wine_test(doctor_wine doctor_wine.sh ${emulated})
  wine_test(windows_imports windows_imports.sh ${CMAKE_OBJDUMP} $<TARGET_FILE:ipfunnel_command>)
  if("savefile" IN_LIST backends)
    wine_test(command_wine command_wine.sh ${native} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/capture_file ${emulated})
  endif()
endif()
