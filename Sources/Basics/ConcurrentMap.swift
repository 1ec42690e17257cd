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
    let work = WorkToCome(count: count, transform)
    let group = DispatchGroup()
    // Whatever happens, nothing goes on behind the caller's back.
    defer { group.wait() }
    for index in 0..<count {
        work.add(try read(index))
        DispatchQueue.global().async(group: group) { _ = work.doOne() }
    }
    // Who has read works, too.
    while work.doOne() {}
    group.wait()
    return work.images
}

private final class WorkToCome<Element: Sendable, Image: Sendable>: Sendable {
    private let state: Mutex<(open: [Element], next: Int, images: [Image?])>
    private let transform: @Sendable (Element) -> Image

    init(count: Int, _ transform: @escaping @Sendable (Element) -> Image) {
        state = Mutex(([], 0, [Image?](repeating: nil, count: count)))
        self.transform = transform
    }

    func add(_ element: Element) { state.withLock { $0.open.append(element) } }

    /// False if nothing is open.
    func doOne() -> Bool {
        let taken = state.withLock { state -> (index: Int, element: Element)? in
            guard state.next < state.open.count else { return nil }
            defer { state.next += 1 }
            return (state.next, state.open[state.next])
        }
        guard let taken else { return false }
        let image = transform(taken.element)
        state.withLock { $0.images[taken.index] = image }
        return true
    }

    var images: [Image] {
        state.withLock { $0.images }.map { image in
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
