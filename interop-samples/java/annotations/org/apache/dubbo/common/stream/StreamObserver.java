package org.apache.dubbo.common.stream;

public interface StreamObserver<V> {
    void onNext(V value);
}
