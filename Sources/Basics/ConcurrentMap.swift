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
