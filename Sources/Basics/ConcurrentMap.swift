internal import Dispatch
internal import Synchronization

extension Array where Element: Sendable {
    /// The images of all elements, in their order, worked out on all cores. `transform` is pure, so that the count of cores shows nowhere.
    public func concurrentMap<Image: Sendable>(_ transform: @Sendable (Element) -> Image) -> [Image] {
        guard count > 1 else { return map(transform) }
        let images = Mutex([Image?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let image = transform(self[index])
            images.withLock { $0[index] = image }
        }
        return images.withLock { $0 }.map { image in
            guard let image else { preconditionFailure("every element has its image") }
            return image
        }
    }
}

/// The images of `count` elements, in their order. They are read one after the other, and worked on by other cores meanwhile. `transform` is pure.
public func concurrentMap<Element: Sendable, Image: Sendable, Failure: Error>(
    reading count: Int, _ read: (Int) throws(Failure) -> Element, _ transform: @escaping @Sendable (Element) -> Image
) throws(Failure) -> [Image] {
    let images = ImagesToCome<Image>(count: count)
    let group = DispatchGroup()
    // Whatever happens, nothing goes on behind the caller's back.
    defer { group.wait() }
    for index in 0..<count {
        let element = try read(index)
        DispatchQueue.global().async(group: group) { images.set(transform(element), at: index) }
    }
    group.wait()
    return images.all
}

private final class ImagesToCome<Image: Sendable>: Sendable {
    private let images: Mutex<[Image?]>

    init(count: Int) { images = Mutex([Image?](repeating: nil, count: count)) }

    func set(_ image: Image, at index: Int) { images.withLock { $0[index] = image } }

    var all: [Image] {
        images.withLock { $0 }.map { image in
            guard let image else { preconditionFailure("every element has its image") }
            return image
        }
    }
}

/// The results of `count` blocks of work, in their order, worked out by `threads` threads. `work` is pure, so that their number shows nowhere.
public func concurrentBlocks<Result: Sendable>(_ count: Int, threads: Int, _ work: @Sendable (Int) -> Result) -> [Result] {
    precondition(threads > 0)
    guard count > 1, threads > 1 else { return (0..<count).map(work) }
    let state = Mutex((next: 0, results: [Result?](repeating: nil, count: count)))
    DispatchQueue.concurrentPerform(iterations: Swift.min(threads, count)) { _ in
        while true {
            let block = state.withLock { state in
                defer { state.next += 1 }
                return state.next
            }
            guard block < count else { return }
            let result = work(block)
            state.withLock { $0.results[block] = result }
        }
    }
    return state.withLock { $0.results }.map { result in
        guard let result else { preconditionFailure("every block has its result") }
        return result
    }
}
