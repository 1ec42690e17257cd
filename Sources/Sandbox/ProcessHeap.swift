internal import CProcess

/// How this process takes memory from the system.
public enum ProcessHeap {
    /// For a command that ends soon: memory is taken in large pieces, and none is given back on the way. By default every thread asks for it page by page,
    /// and gives back what is free at the end only to ask for it again: a tenth of the time of planning when nothing changed.
    public static func expectsToEndSoon() { cprocess_set_heap(32 << 20, 256 << 20) }
}
