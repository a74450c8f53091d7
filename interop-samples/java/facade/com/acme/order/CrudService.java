package com.acme.order;

import java.io.Serializable;
import java.util.List;

public interface CrudService<T extends Entity<I>, I extends Serializable> {
    T get(I id) throws OrderException;

    List<T> list(Page<? extends T> like);

    void save(T entity);

    T[] all(T[] entities);
}
