package com.acme.order;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.apache.dubbo.common.stream.StreamObserver;

public interface OrderService extends CrudService<Order, String>, PingService {
    String VERSION = "1";

    // Narrows its parent's, for which the compiler writes a bridge.
    @Override
    Order get(String id) throws NotFoundException;

    List<Order> find(String customer);

    List<Order> find(String customer, @Min(1) int count);

    List<Order> find(OrderStatus status);

    List<Order> find(Collection<String> ids);

    Page<Item> page(int from, long to);

    Spiral<String> spiral();

    Warehouse<Address> warehouse(Warehouse<String>.Slot<Long> slot);

    CompletableFuture<Order> later(@NotNull Instant at);

    <S extends Item> S echo(S item, Class<S> type);

    <X extends Temporal & Comparable<X>> X next(X after);

    <E extends Exception> void raise(Class<E> type) throws E, IOException;

    Map<OrderStatus, ? extends List<? super Item>> stock(Map<String, ?> levels);

    Object any(Object value, Object... more);

    @Deprecated
    Shape stamp(Shape shape);

    default int size(OrderList orders) {
        return orders.size();
    }

    void watch(String id, StreamObserver<Order> changes);

    StreamObserver<String> both(StreamObserver<Order> replies);

    static OrderService none() {
        return null;
    }

    @Override
    String toString();
}
