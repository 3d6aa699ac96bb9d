import { useData } from '../../store/data-store.ts';
import { bytes } from '../format.ts';
import { HubRepositoryForm } from '../models/HubRepositoryForm.tsx';

/** A data set of the hub: first its files, then the download of one. */
export function HubDataForm() {
  const { repository, revision, asking, listing, error } = useData((data) => data.hub);
  const { editHub, listHub, load } = useData.getState();
  return (
    <HubRepositoryForm
      kind="Data set"
      name={repository}
      revision={revision}
      onName={(value) => editHub({ repository: value })}
      onRevision={(value) => editHub({ revision: value })}
      onSubmit={() => void listHub()}
      action="List files"
      button={{ variant: 'default', loading: asking ?? false }}
    >
      {error && (
        <p className="note warning" role="alert" data-testid="hub-data-error">
          {error.message} {error.advice}
        </p>
      )}
      {listing && (
        <ul className="data-list hub-files" aria-label={`Files of ${listing.repository}`}>
          {listing.files.map(({ path, size }) => (
            <li key={path}>
              <button
                type="button"
                aria-label={`Download ${path}`}
                onClick={() => void load(listing.repository, listing.revision, path)}
              >
                <b>{path}</b>
                <small>{bytes(size)}</small>
              </button>
            </li>
          ))}
        </ul>
      )}
    </HubRepositoryForm>
  );
}
