# layer(NAME BELOW lower... USES library...)
#
# One folder, one static library. Quoted includes are searched in the folder itself and in the layers named in
# BELOW, nowhere else, so that an include of a higher layer does not compile. -iquote keeps our short header names
# out of the way of <system headers> with the same name.
function(layer name)
  cmake_parse_arguments(arg "" "" "BELOW;USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
  if(NOT sources)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/empty.c "typedef int empty_${name};")
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/empty.c)
  endif()
  add_library(${name} STATIC ${sources})
  set_target_properties(${name} PROPERTIES OUTPUT_NAME vibrisse-${name})
  see_layer(${name} ${CMAKE_CURRENT_SOURCE_DIR})
  foreach(lower IN LISTS arg_BELOW)
    get_target_property(folder ${lower} SOURCE_DIR)
    see_layer(${name} ${folder})
    target_link_libraries(${name} PUBLIC ${lower})
  endforeach()
  foreach(library IN LISTS arg_USES)
    target_link_libraries(${name} PUBLIC lib::${library})
  endforeach()
endfunction()

function(see_layer target folder)
  target_compile_options(${target} PRIVATE "SHELL:-iquote ${folder}")
endfunction()
