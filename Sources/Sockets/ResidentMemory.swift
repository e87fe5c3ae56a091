import CLinux

/// The memory that counts as the process's own while it serves.
package enum ResidentMemory {
    /// Gives back what only the start needed: pages of the program's file and its libraries (12 MB, most of them never
    /// asked for, since the kernel maps 64 kB around each one that is), which come again when they are; and freed heap.
    package static func giveBackStart() {
        clinux_give_back_file_pages()
        malloc_trim(0)
    }
}
